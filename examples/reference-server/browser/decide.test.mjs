// Deciding proposals and estimates: in the portal, and by a mailed link without signing in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { baseURL, dataDir, muster } from "./demo.mjs";
import { assertSound, close, launch, openPage } from "./lib.mjs";
import { letter } from "./mail.mjs";
import { follow, heading, settleIn, shows, software, ways } from "./people.mjs";

const email = "decider@client.example";
const office = "office@muster-partner.example";
const firm = software(baseURL, muster.key);
let browser, decider, storageState;

before(async () => {
  browser = await launch();
  decider = await firm.invite(email, ["proposals", "estimates"]);
  storageState = await settleIn(browser, muster, dataDir, email);
});

after(() => browser.close());

for (const [kind, no, declined] of [
  ["proposal", "Decline", "Declined"],
  ["estimate", "Reject", "Rejected"],
]) {
  for (const way of ways) {
    test(`a ${kind} is accepted, by ${way.name}`, async () => {
      const title = `Accepted by ${way.name}`;
      const { id, page, press } = await atTheList(kind, title, way);
      await press("link", title);
      await heading(page, title);
      await shows(page, "What we do");
      await assertSound(page);
      await press("link", "Accept");
      await heading(page, `Accept this ${kind}?`);
      await shows(page, "It creates no invoice");
      await assertSound(page);
      const invoices = await countInvoices();
      await press("button", `Accept ${kind}`);
      await heading(page, title);
      await shows(page, "Accepted");
      await shows(page, "This is not an invoice");
      await assertSound(page);
      assert.equal((await firm.ask(`/offers/${id}`)).status, "accepted");
      assert.equal(await countInvoices(), invoices);
      await letter(dataDir, office, new RegExp(`was accepted: ${title}`));
      await close(page);
    });

    test(`a ${kind} is declined with a reason, by ${way.name}`, async () => {
      const title = `Declined by ${way.name}`;
      const { id, page, press } = await atTheList(kind, title, way);
      await press("link", title);
      await press("link", no);
      await heading(page, `${no} this ${kind}?`);
      await assertSound(page);
      await way.type(page, page.getByLabel("Reason"), "Too dear <b>for us</b>.");
      await press("button", `${no} ${kind}`);
      await heading(page, title);
      await shows(page, "Too dear <b>for us</b>.");
      await assertSound(page);
      const offer = await firm.ask(`/offers/${id}`);
      assert.equal(offer.status, "declined");
      await letter(dataDir, office, new RegExp(`was ${declined.toLowerCase()}: ${title}`));
      await close(page);
    });
  }
}

test("what was changed meanwhile is shown again, and only then decided", async () => {
  const title = "Changed meanwhile";
  const id = await firm.offer(decider.client, "proposal", title);
  const page = await openPage(browser, { storageState });
  const press = presser(page, ways[0]);
  await page.goto(`${muster.portal}/proposals/${id}`);
  await press("link", "Accept");
  await change(id, { title: "Changed and sent again" });
  await press("button", "Accept proposal");
  await shows(page, "The firm has changed it since you opened it");
  await heading(page, "Changed and sent again");
  await assertStatus(id, "sent");
  await press("link", "Accept");
  await press("button", "Accept proposal");
  await heading(page, "Changed and sent again");
  await assertStatus(id, "accepted");
  await close(page);
});

test("a change of mind leads back, and nothing was decided", async () => {
  const id = await firm.offer(decider.client, "estimate", "Looked at");
  const page = await openPage(browser, { storageState });
  const press = presser(page, ways[0]);
  await page.goto(`${muster.portal}/estimates/${id}`);
  await press("link", "Reject");
  await press("link", "Go back");
  await heading(page, "Looked at");
  await assertStatus(id, "sent");
  await close(page);
});

for (const way of ways) {
  test(`somebody with the mailed link decides without signing in, by ${way.name}`, async () => {
    const title = `By the link and ${way.name}`;
    const to = `board-${ways.indexOf(way)}@client.example`;
    const id = await firm.offer(decider.client, "proposal", title, { email: to });
    const page = await openPage(browser, { script: way.script });
    const press = presser(page, way);
    const [link] = (await letter(dataDir, to)).links;
    await page.goto(link);
    await heading(page, title);
    await assertSound(page);
    assert.deepEqual(await page.context().cookies(), [], "nobody is signed in by a link");
    await press("link", "Accept");
    await heading(page, "Accept this proposal?");
    await assertSound(page);
    await way.type(page, page.getByLabel("Your name"), "Regula Senn");
    await press("button", "Accept proposal");
    await heading(page, title);
    await shows(page, "Regula Senn");
    await assertSound(page);
    await assertStatus(id, "accepted");
    await letter(dataDir, office, new RegExp(`was accepted: ${title}`));
    await close(page);
  });
}

test("a link that was taken back is dead, and says nothing of the proposal", async () => {
  const to = "revoked@client.example";
  const id = await firm.offer(decider.client, "proposal", "Taken back", { email: to });
  const [link] = (await letter(dataDir, to)).links;
  const { data } = await firm.ask(`/offers/${id}/links`);
  await firm.ask(`/offers/${id}/links/${data[0].id}/revoke`, {});
  const page = await openPage(browser);
  const answer = await page.goto(link);
  await heading(page, "This link no longer works");
  assert.doesNotMatch(await answer.text(), /Taken back/);
  await assertSound(page, { html: await answer.text() });
  await close(page);
});

/** A new offer waits in the contact's list. */
async function atTheList(kind, title, way) {
  const id = await firm.offer(decider.client, kind, title);
  const page = await openPage(browser, { script: way.script, storageState });
  await page.goto(`${muster.portal}/${kind}s`);
  await shows(page, "Waiting for your answer");
  await assertSound(page);
  return { id, page, press: presser(page, way) };
}

/** Presses what leads to another page. */
function presser(page, way) {
  return (role, name) => follow(page, () => way.press(page, page.getByRole(role, { name }).first()));
}

/** Other terms, sent at once. */
async function change(id, terms) {
  await firm.amend(`/offers/${id}`, terms);
  await firm.ask(`/offers/${id}/send`, {});
}

async function assertStatus(id, status) {
  assert.equal((await firm.ask(`/offers/${id}`)).status, status);
}

async function countInvoices() {
  return (await firm.ask(`/invoices?client=${decider.client}&limit=100`)).data.length;
}
