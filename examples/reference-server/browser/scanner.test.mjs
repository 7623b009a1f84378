// A mail server that opens every link before the recipient does, with GET and with HEAD, again and again, and the links
// on the pages behind them too: nothing is decided, read or used up by it.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { baseURL, dataDir, keller, muster } from "./demo.mjs";
import { letter, letters } from "./mail.mjs";
import { software } from "./people.mjs";

const to = "scanned@client.example";
const firms = [software(baseURL, muster.key), software(baseURL, keller.key)];
let proposal;

before(async () => {
  const [firm] = firms;
  const client = await firm.invite("scanned-contact@client.example", ["proposals", "estimates", "contracts"]);
  await letter(dataDir, "scanned-contact@client.example");
  proposal = await firm.offer(client.client, "proposal", "Scanned", { email: to });
  await firm.offer(client.client, "estimate", "Scanned as well");
  await firm.contract(client.client, "Scanned contract");
  await letter(dataDir, to);
});

test("c09 opening every link of every mail three times changes nothing; a press of the button does", async () => {
  const earlier = await everything();
  const found = new Set(letters(dataDir, "").flatMap(({ links }) => links));
  assert.ok([...found].some((link) => link.includes("/l/")), "no link to a proposal");
  assert.ok([...found].some((link) => link.includes("/set-password/")), "no link to a password");
  for (let round = 0; round < 3; round += 1) {
    for (const link of [...found]) {
      await scan(link, "HEAD");
      for (const further of await scan(link, "GET")) found.add(further);
    }
  }
  assert.ok([...found].some((link) => /\/l\/[^/]+\/accept\?/.test(link)), "the scanner did not look behind the link");
  assert.deepEqual(await everything(), earlier);

  const [link] = (await letter(dataDir, to)).links;
  const ask = [...found].find((one) => one.startsWith(`${link}/accept?`));
  const page = await (await fetch(ask)).text();
  const [, shown] = /name="shown" value="([^"]+)"/.exec(page);
  const body = new URLSearchParams({ shown, name: "Regula Senn" });
  const headers = { origin: new URL(link).origin };
  const answer = await fetch(`${link}/accept`, { method: "POST", headers, body, redirect: "manual" });
  assert.equal(answer.status, 303, await answer.text());
  assert.equal((await firms[0].ask(`/offers/${proposal}`)).status, "accepted");
  const [invitation] = (await letter(dataDir, "scanned-contact@client.example", /^Your client portal/)).links;
  assert.match(await (await fetch(invitation)).text(), /Choose your password/, "the scanner used the link up");
});

/** Asks for an address; the addresses of this server on the page that comes. */
async function scan(address, method) {
  const response = await fetch(address, { method, redirect: "manual" });
  assert.ok(response.status < 500, `${method} ${address}: ${response.status}`);
  const text = await response.text();
  const links = [...text.matchAll(/(?:href|action)="([^"#]+)"/g)].map(([, link]) => new URL(link, address).href);
  return links.filter((link) => link.startsWith(baseURL));
}

/** What both firms have on record. */
async function everything() {
  const all = firms.map(async ({ ask }) => {
    const lists = await Promise.all(["offers", "contracts", "invoices", "clients"].map((name) => rows(ask, name)));
    const [offers, contracts, , clients] = lists;
    const details = [...offers.map(({ id }) => `/offers/${id}`), ...contracts.map(({ id }) => `/contracts/${id}`)];
    const links = offers.map(({ id }) => `/offers/${id}/links`);
    const contacts = clients.map(({ id }) => `/clients/${id}/contacts`);
    return [lists, await Promise.all([...details, ...links, ...contacts].map((path) => ask(path)))];
  });
  return Promise.all(all);
}

async function rows(ask, name) {
  const found = [];
  for (let next = ""; next !== null; ) {
    const page = await ask(`/${name}?limit=100${next && `&after=${next}`}`);
    found.push(...page.data);
    next = page.next ?? null;
  }
  return found;
}
