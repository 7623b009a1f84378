#!/usr/bin/env python3
"""A mail server for tests.

    smtp.py FOLDER plain|starttls|implicit [CERTIFICATE KEY]

Prints the port it took. What it takes is read by Python's own parser and kept as FOLDER/<n>.json; FOLDER/heard.jsonl has a
line for each recipient it was asked for. FOLDER/answers.json may hold the answer for a recipient, else it is "250 OK".
"""
import asyncio
import base64
import email
import email.policy
import json
import logging
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP

FOLDER, ROAD, *PAIR = sys.argv[1:]
logging.getLogger("mail.log").disabled = True  # a handshake that a client breaks off is no fault here


class Keeper:
    def __init__(self, folder):
        self.folder, self.count = folder, 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        answers = self.folder / "answers.json"
        answer = json.loads(answers.read_text()).get(address, "250 OK") if answers.exists() else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        with (self.folder / "heard.jsonl").open("a") as heard:
            heard.write(json.dumps({"to": address, "answer": answer, "secret": server.transport.get_extra_info("ssl_object") is not None}) + "\n")
        return answer

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        kept = {"recipients": envelope.rcpt_tos, **read(envelope.original_content)}
        draft = self.folder / "draft"
        draft.write_text(json.dumps(kept))
        draft.rename(self.folder / f"{self.count:04}.json")
        return "250 kept"


def read(content):
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert all(len(line) <= 998 for line in content.split(b"\r\n")), "a line is too long (RFC 5322, 2.1.1)"
    return {
        "fields": {name.lower(): str(value) for name, value in message.items()},
        "from": [(it.display_name, it.addr_spec) for it in message["from"].addresses],
        "to": [(it.display_name, it.addr_spec) for it in message["to"].addresses],
        "tree": tree(message),
        "text": message.get_body(("plain",)).get_content().replace("\r\n", "\n"),
        "html": message.get_body(("html",)).get_content().replace("\r\n", "\n"),
        "files": [
            {"name": part.get_filename(), "kind": part.get_content_type(), "base64": base64.b64encode(part.get_content()).decode()}
            for part in message.iter_attachments()
        ],
        "defects": [str(defect) for part in message.walk() for defect in part.defects],
    }


def tree(part):
    kind = part.get_content_type()
    return [kind, *map(tree, part.iter_parts())] if part.is_multipart() else kind


async def main():
    context = None
    if PAIR:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*PAIR)
    keeper = Keeper(Path(FOLDER))
    options = {"tls_context": context, "require_starttls": True} if ROAD == "starttls" else {}
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(keeper, hostname="mail.test.example", **options),
        "127.0.0.1",
        0,
        ssl=context if ROAD == "implicit" else None,
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
