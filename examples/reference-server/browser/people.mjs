// Who takes part in a story: people at their browsers, and the firm's software at its API.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { tabTo } from "./lib.mjs";

/** How somebody works a page. */
export const ways = [
  { name: "mouse", script: true, press: (_, target) => target.click(), type: (_, target, text) => target.fill(text) },
  {
    name: "keyboard alone",
    script: true,
    async press(page, target) {
      await tabTo(page, target);
      await page.keyboard.press("Enter");
    },
    async type(page, target, text) {
      await tabTo(page, target);
      await page.keyboard.press("Control+A");
      await page.keyboard.type(text);
    },
  },
  { name: "mouse, without script", script: false, press: (_, target) => target.click(), type: (_, target, text) => target.fill(text) },
];

/** Do something that leads to another page, and wait until it stands. */
export async function follow(page, act) {
  await Promise.all([page.waitForEvent("framenavigated"), act()]);
  await page.waitForLoadState();
}

export async function heading(page, text) {
  await page.getByRole("heading", { level: 1, name: text }).waitFor();
}

export async function shows(place, text) {
  await place.getByText(text).first().waitFor();
}

/** The firm's software, as it asks the API of the server at `baseURL` with its key. */
export function software(baseURL, key) {
  /** A body makes it a POST. */
  async function ask(path, body) {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json", "idempotency-key": randomUUID() };
    const request = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
    const response = await fetch(`${baseURL}/firm/api/v1${path}`, request);
    const text = await response.text();
    assert.ok(response.ok, `${path}: ${response.status}: ${text}`);
    return JSON.parse(text);
  }

  /** A client with a contact who is invited by mail. */
  async function invite(email) {
    const client = await ask("/clients", { name: `Client of ${email}` });
    const contact = await ask(`/clients/${client.id}/contacts`, {
      first_name: "Ana",
      last_name: "Keller",
      email,
      primary: true,
      permissions: ["invoices"],
      mail: ["invoices"],
    });
    await ask(`/contacts/${contact.id}/access`, { portal_access: "on" });
    return { id: contact.id, client: client.id };
  }

  /** An invoice of CHF 1,162.50. */
  async function issue(client) {
    const { id } = await ask("/invoices", {
      client,
      dated: "2026-03-02",
      due: "2026-03-16",
      currency: "CHF",
      prices: "tax_exclusive",
      lines: [
        { description: "Advice, partner", quantity: "2.5", unit_price: "400.00", taxes: [{ name: "VAT", percent: "8.1" }] },
        { description: "Register, passed on", quantity: "1", unit_price: "81.50" },
      ],
    });
    await ask(`/invoices/${id}/issue`, {});
    const { number, status } = await ask(`/invoices/${id}`);
    assert.equal(status, "unpaid");
    return { id, number };
  }

  /** Money that came to the firm by itself. */
  const pay = (invoice, amount) => ask(`/invoices/${invoice}/payments`, { amount, mode: "bank_transfer" });

  return { ask, invite, issue, pay };
}
