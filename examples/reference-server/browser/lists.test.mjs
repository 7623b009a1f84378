// Lists with nothing in them, and with more than one page, of a client made for them.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { baseURL, dataDir, keller, password } from "./demo.mjs";
import { letter } from "./mail.mjs";
import { at, scene, welcome } from "./scenes.mjs";

const email = "pauline@long-list.example";
let client;
before(async () => {
  ({ id: client } = await write("clients", { name: "Long List Trading Ltd" }));
  const contact = { first_name: "Pauline", last_name: "Lang", email, permissions: ["invoices"] };
  const { id } = await write(`clients/${client}/contacts`, contact);
  await write(`contacts/${id}/access`, { portal_access: "on" });
  const [link] = (await letter(dataDir, email)).links;
  const body = new URLSearchParams({ password, password_again: password });
  const headers = { "sec-fetch-site": "same-origin" };
  const { status } = await fetch(link, { method: "POST", headers, body, redirect: "manual" });
  assert.equal(status, 303);
  await welcome([["pauline", keller, email]]);
});

at("no invoices yet", keller, "/invoices", "pauline");
at("no payments yet", keller, "/payments", "pauline");

test("thirty invoices, each paid", async () => {
  for (let count = 1; count <= 30; count += 1) {
    const { id } = await write("invoices", terms(count));
    await write(`invoices/${id}/issue`, {});
    await write(`invoices/${id}/payments`, { amount: "balance", mode: "bank_transfer", reference: `R ${count}` });
  }
});

scene("invoices, first page", "pauline", async (page) => {
  const response = await page.goto(`${keller.portal}/invoices`);
  assert.deepEqual(await turns(page), ["Older"]);
  return response;
});
scene("paid invoices, second page", "pauline", async (page) => {
  await page.goto(`${keller.portal}/invoices?status=paid`);
  const first = await rows(page);
  const response = await turn(page, "Older");
  assert.deepEqual(await turns(page), ["Newest"]);
  assert.equal(new Set([...first, ...(await rows(page))]).size, 30, "every invoice once");
  return response;
});
scene("payment history, second page and back", "pauline", async (page) => {
  await page.goto(`${keller.portal}/payments`);
  const first = await rows(page);
  await turn(page, "Older");
  assert.equal(new Set([...first, ...(await rows(page))]).size, 30, "every payment once");
  const response = await turn(page, "Newest");
  assert.deepEqual(await rows(page), first);
  return response;
});

scene("the firms of the demonstration", undefined, (page) => page.goto(`${baseURL}/`));

/** The links below a list. */
function turns(page) {
  return page.locator(".pager a").allInnerTexts();
}

/** Follow one of them. */
async function turn(page, name) {
  const answer = page.waitForResponse((one) => one.request().isNavigationRequest());
  await page.locator(".pager a", { hasText: name }).click();
  const response = await answer;
  await page.waitForLoadState();
  return response;
}

/** The addresses that a list leads to, in its order. */
function rows(page) {
  return page.locator("tbody .row-link").evaluateAll((links) => links.map((link) => link.href));
}

function terms(count) {
  return {
    client,
    dated: "2026-02-01",
    due: "2026-03-31",
    currency: "USD",
    prices: "tax_exclusive",
    matter: `Bookkeeping, part ${count}`,
    lines: [{ description: "Bookkeeping", quantity: "1", unit_price: `${count}00.00` }],
  };
}

/** What the firm's own software does; answers what was written. */
async function write(path, body) {
  const response = await fetch(`${baseURL}/firm/api/v1/${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${keller.key}`,
      "content-type": "application/json",
      "idempotency-key": crypto.randomUUID(),
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}
