// Who takes part in a story: people at their browsers, and the firm's software at its API.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { close, openPage, signIn, tabTo } from "./lib.mjs";
import { letter } from "./mail.mjs";

const byMouse = {
  press: (_, target) => target.click(),
  type: (_, target, text) => target.fill(text),
  tick: (_, target) => target.check(),
  untick: (_, target) => target.uncheck(),
  choose: (_, target, label) => target.selectOption({ label }),
};

/** Turns a tick box over: on when it was off. */
async function pressSpace(page, target) {
  await tabTo(page, target);
  await page.keyboard.press("Space");
}

/** What everybody chooses in `settleIn`. */
export const chosenPassword = "unlikely-umbrella-orchard";

/** How somebody works a page. */
export const ways = [
  { name: "mouse", script: true, ...byMouse },
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
    tick: pressSpace,
    untick: pressSpace,
    async choose(page, target, label) {
      await tabTo(page, target);
      await page.keyboard.type(label);
    },
  },
  { name: "mouse, without script", script: false, ...byMouse },
];

/** Do something that leads to another page, and wait until it stands. */
export async function follow(page, act) {
  await Promise.all([page.waitForEvent("framenavigated"), act()]);
  await page.waitForLoadState();
}

/** Open the mailed link, choose a password and sign in; the cookies of the session. */
export async function settleIn(browser, { portal }, dataDir, email) {
  const password = chosenPassword;
  const page = await openPage(browser);
  await page.goto((await letter(dataDir, email)).links[0]);
  await page.getByLabel("New password", { exact: true }).fill(password);
  await page.getByLabel("New password again").fill(password);
  await page.getByRole("button", { name: "Save password" }).click();
  await signIn(page, { baseURL: portal, email, password });
  const state = await page.context().storageState();
  await close(page);
  return state;
}

export async function heading(page, text) {
  await page.getByRole("heading", { level: 1, name: text }).waitFor();
}

export async function shows(place, text) {
  await place.getByText(text).first().waitFor();
}

/** The firm's software, as it asks the API of the server at `baseURL` with its key. */
export function software(baseURL, key) {
  async function send(method, path, headers, body) {
    const request = { method, headers: { authorization: `Bearer ${key}`, ...headers }, body };
    const response = await fetch(`${baseURL}/firm/api/v1${path}`, request);
    const text = await response.text();
    assert.ok(response.ok, `${path}: ${response.status}: ${text}`);
    return JSON.parse(text);
  }

  /** What may be sent twice and counts once. */
  const post = (path, type, body) => send("POST", path, { "content-type": type, "idempotency-key": randomUUID() }, body);

  /** A body makes it a POST. */
  const ask = (path, body) => (body ? post(path, "application/json", JSON.stringify(body)) : send("GET", path));

  /** Other members for what is at `path`, whatever it has become. */
  const amend = (path, members) =>
    send("PATCH", path, { "content-type": "application/merge-patch+json", "if-match": "*" }, JSON.stringify(members));

  /** Take away what is at `path`, whatever it has become. */
  const remove = (path) => send("DELETE", path, { "if-match": "*" });

  /** Hand in a file with what is said of it; its id. The name is sent as it is, whatever it holds. */
  async function handIn(path, details, { name, bytes }) {
    const said = name.replace(/["\\]/g, "\\$&");
    const part = (about, content) => [`--edge\r\nContent-Disposition: form-data; ${about}\r\n\r\n`, content, "\r\n"];
    const parts = [
      ...part('name="details"', JSON.stringify(details)),
      ...part(`name="file"; filename="${said}"`, bytes),
      "--edge--\r\n",
    ];
    return (await post(path, "multipart/form-data; boundary=edge", new Blob(parts))).id;
  }

  /** A client with a contact who is invited by mail, and may see these sections. */
  async function invite(email, sections = ["invoices"]) {
    const client = await ask("/clients", { name: `Client of ${email}` });
    const contact = await ask(`/clients/${client.id}/contacts`, {
      first_name: "Ana",
      last_name: "Keller",
      email,
      primary: true,
      permissions: sections,
      mail: sections,
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

  /** A proposal or an estimate of CHF 1,162.50, sent. */
  async function offer(client, kind, title, more = {}) {
    const { id } = await ask("/offers", {
      kind,
      client,
      title,
      body: "# What we do\n\nAll that is **needed**.\n\n| Step | Weeks |\n| :-- | --: |\n| Draft | 2 |\n| Talks | 3 |\n",
      dated: "2026-03-02",
      open_till: "2026-03-31",
      currency: "CHF",
      prices: "tax_exclusive",
      lines: [
        { description: "Advice, partner", quantity: "2.5", unit_price: "400.00", taxes: [{ name: "VAT", percent: "8.1" }] },
        { description: "Register, passed on", quantity: "1", unit_price: "81.50" },
      ],
      ...more,
    });
    await ask(`/offers/${id}/send`, {});
    return id;
  }

  /** A contract, sent to be signed. */
  async function contract(client, title, more = {}) {
    const text = "# Engagement\n\nThe firm advises the client.\n\n1. by the hour\n2. in confidence\n";
    const { id } = await ask("/contracts", { client, title, text, sign_by: "2026-03-31", ...more });
    await ask(`/contracts/${id}/send`, {});
    return id;
  }

  /** Money that came to the firm by itself. */
  const pay = (invoice, amount) => ask(`/invoices/${invoice}/payments`, { amount, mode: "bank_transfer" });

  return { ask, amend, remove, handIn, invite, issue, offer, contract, pay };
}
