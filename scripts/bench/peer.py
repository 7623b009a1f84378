"""A page of the invoice list as a FastAPI program would show it, on the portal's own SQLite file: one query, one template."""
import base64
import datetime
import hashlib
import os
import time
import zoneinfo
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader

ROWS = 20
COOKIE = f"caseflow-{os.environ['FIRM']}"
TEMPLATE = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True).get_template("list.html")
LIST = """
SELECT f.name AS firm, f.email AS firm_email, f.zone, c.name AS client, k.first_name || ' ' || k.last_name AS contact,
       s.seen_at, s.idle, s.expires_at, k.access, k.standing,
       i.id, i.number, i.matter, i.phase, i.dated, i.due, i.total, i.received, i.balance
FROM caseflow_sessions s
JOIN caseflow_contacts k ON k.firm_id = s.firm_id AND k.id = s.contact_id
JOIN caseflow_clients c ON c.firm_id = k.firm_id AND c.id = k.client_id
JOIN caseflow_firms f ON f.firm_id = s.firm_id
LEFT JOIN caseflow_invoices i ON i.firm_id = k.firm_id AND i.client_id = k.client_id AND i.phase <> 'draft'
WHERE s.firm_id = ? AND s.token = ?
ORDER BY i.dated DESC, i.id DESC LIMIT 21
"""


@asynccontextmanager
async def lifespan(app):
    async with aiosqlite.connect(f"file:{os.environ['DATABASE']}?mode=ro", uri=True) as connection:
        connection.row_factory = aiosqlite.Row
        app.state.connection = connection
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/invoices", response_class=HTMLResponse)
async def invoices(request: Request):
    token = request.cookies.get(COOKIE, "")
    digest = hashlib.sha256(base64.urlsafe_b64decode(token + "=")).hexdigest()
    async with app.state.connection.execute(LIST, (os.environ["FIRM"], digest)) as cursor:
        rows = await cursor.fetchall()
    now = time.time() * 1e6
    if not rows or now >= min(rows[0]["expires_at"], rows[0]["seen_at"] + rows[0]["idle"]):
        return RedirectResponse("/login", 303)
    today = datetime.datetime.now(zoneinfo.ZoneInfo(rows[0]["zone"])).date().isoformat()
    listed = [shown(row, today) for row in rows[:ROWS]]
    page = TEMPLATE.render(who=rows[0], rows=listed, older=rows[ROWS - 1] if len(rows) > ROWS else None)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"}
    return HTMLResponse(page, headers=headers)


def shown(row, today):
    due = row["balance"] if row["phase"] == "issued" else 0
    return {
        "id": row["id"], "number": row["number"], "matter": row["matter"], "status": status(row, today),
        "dated": row["dated"], "issued": day(row["dated"]), "due": row["due"], "due_on": day(row["due"]),
        "total": money(row["total"]), "balance": money(due), "paid": money(row["received"]) if due and row["received"] else None,
    }


def status(row, today):
    if row["phase"] == "cancelled":
        return "Cancelled"
    if row["balance"] <= 0:
        return "Paid"
    if today > row["due"]:
        return "Overdue"
    return "Partially paid" if row["received"] > 0 else "Unpaid"


def money(minor):
    return f"USD {minor // 100:,}.{minor % 100:02}"


def day(iso):
    date = datetime.date.fromisoformat(iso)
    return f"{date.day} {date:%B %Y}"
