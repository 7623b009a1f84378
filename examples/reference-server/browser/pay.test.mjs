// Paying online in a browser, from the button through the provider's form and back, under the content security policy
// that every page has.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { baseURL, dataDir, muster } from "./demo.mjs";
import { assertSound, close, inEveryView, launch, openPage } from "./lib.mjs";
import { letter } from "./mail.mjs";
import { follow, heading, settleIn, shows, software, ways } from "./people.mjs";

const email = "payer@client.example";
const pays = "4242 4242 4242 4242";
const declines = "4000 0000 0000 0002";
const asks = "4000 0025 0000 3155";
const firm = software(baseURL, muster.key);
let browser, payer, storageState;

before(async () => {
  browser = await launch();
  payer = await firm.invite(email);
  storageState = await settleIn(browser, muster, dataDir, email);
});

after(() => browser.close());

for (const way of ways) {
  test(`from the button to the receipt, by ${way.name}`, async () => {
    const { page, invoice } = await atAnInvoice({ script: way.script });
    await assertSound(page);
    const press = (role, name) => follow(page, () => way.press(page, page.getByRole(role, { name }).first()));
    await press("button", "Pay CHF 1,162.50 now");
    assert.match(page.url(), /\/demo-stripe\/c\/pay\//);
    await shows(page, "1162.50 CHF");
    for (const [label, text] of fields(pays)) await way.type(page, page.getByLabel(label), text);
    await press("button", /^Pay /);
    await heading(page, "Payment received");
    await assertSound(page);
    await press("link", "See the invoice");
    await shows(page, "Paid in full");
    await shows(page, "Online");
    await assertSound(page);
    await press("link", /^Invoices/);
    await shows(page.locator("tbody tr").filter({ hasText: invoice.number }), "Paid");
    await letter(dataDir, email, /^We received 1162\.50 CHF/);
    await letter(dataDir, "office@muster-partner.example", new RegExp(`paid online for invoice ${invoice.number}`));
    await close(page);
  });
}

test("a card whose bank asks", async () => {
  const { page } = await atAnInvoice();
  await payNow(page);
  await giveCard(page, asks);
  await shows(page, "Your bank asks");
  await follow(page, () => page.getByRole("button", { name: "Complete" }).click());
  await heading(page, "Payment received");
  await close(page);
});

test("a card that is declined, then one that pays", async () => {
  const { page, invoice } = await atAnInvoice();
  await payNow(page);
  await giveCard(page, declines);
  await page.getByRole("alert").waitFor();
  assert.equal((await firm.ask(`/invoices/${invoice.id}`)).status, "unpaid");
  await giveCard(page, pays);
  await heading(page, "Payment received");
  await close(page);
});

test("a change of mind leads back, and nothing was paid", async () => {
  const { page } = await atAnInvoice();
  await payNow(page);
  await follow(page, () => page.getByRole("link", { name: /go back/ }).click());
  await heading(page, /^Invoice /);
  await shows(page, "Unpaid");
  await close(page);
});

test("a tab that is closed before the payer is back", async () => {
  const { page, invoice } = await atAnInvoice();
  await payNow(page);
  await fillCard(page, pays);
  // The provider gets the card, and nobody its answer.
  await page.route("**/demo-stripe/c/pay/**", async (route) => {
    await route.fetch({ maxRedirects: 0 });
    await route.abort();
  });
  const gone = page.waitForEvent("requestfailed");
  await page.getByRole("button", { name: /^Pay / }).click();
  await gone;
  await page.context().close();
  await paid(invoice);
});

test("two tabs are one payment", async () => {
  const { page, invoice } = await atAnInvoice();
  const second = await page.context().newPage();
  await second.goto(page.url());
  await payNow(page);
  await payNow(second);
  assert.equal(second.url(), page.url(), "the same checkout");
  await giveCard(page, pays);
  await heading(page, "Payment received");
  await giveCard(second, pays);
  await heading(second, "Payment received");
  await paidOnce(invoice);
  await close(page);
});

test("a double click is one payment", async () => {
  const { page, invoice } = await atAnInvoice();
  await page.getByRole("button", { name: /^Pay / }).dblclick();
  await page.waitForURL(/demo-stripe/);
  await giveCard(page, pays);
  await heading(page, "Payment received");
  await paidOnce(invoice);
  await close(page);
});

test("what went back is in the history", async () => {
  const { page, invoice } = await atAnInvoice();
  await payNow(page);
  await giveCard(page, pays);
  await heading(page, "Payment received");
  const { data: payments } = await firm.ask("/payments?limit=1");
  const part = { amount: { amount_minor: 16_250, currency: "CHF" }, reason: "Overcharged" };
  await firm.ask(`/payments/${payments[0].id}/refunds`, part);
  await page.goto(`${muster.portal}/invoices/${invoice.id}`);
  await shows(page, "Partially paid");
  await shows(page, /Refund/);
  await assertSound(page);
  await page.goto(`${muster.portal}/payments`);
  await shows(page, /Refund/);
  await assertSound(page);
  await letter(dataDir, email, /^We refunded 162\.50 CHF/);
  await close(page);
});

test("the page of a payer who is back, in every view", async () => {
  const { page } = await atAnInvoice();
  await payNow(page);
  const form = page.url();
  await giveCard(page, pays);
  await heading(page, "Payment received");
  const back = page.url();
  await close(page);
  const seen = async (view) => {
    await view.goto(back);
    await heading(view, "Payment received");
    await assertSound(view);
    await view.goto(form);
    await heading(view, "Payment received");
  };
  const views = [390, 1280].flatMap((width) => ["light", "dark"].map((scheme) => ({ name: `${width} px, ${scheme}`, width, scheme })));
  await inEveryView(browser, seen, views.map((view) => ({ ...view, storageState })));
});

/** The payer, signed in, at an invoice of their own. */
async function atAnInvoice(view = {}) {
  const invoice = await firm.issue(payer.client);
  const page = await openPage(browser, { ...view, storageState });
  await page.goto(`${muster.portal}/invoices/${invoice.id}`);
  return { page, invoice };
}

async function payNow(page) {
  await follow(page, () => page.getByRole("button", { name: /^Pay / }).click());
  assert.match(page.url(), /\/demo-stripe\/c\/pay\//);
}

/** What the form asks for, by label. */
function fields(card) {
  return [
    ["Card number", card],
    [/^Expiry/, "12/34"],
    ["Security code", "123"],
  ];
}

async function fillCard(page, card) {
  for (const [label, text] of fields(card)) await page.getByLabel(label).fill(text);
}

/** Fills in the form; on a page that is paid already there is none. */
async function giveCard(page, card) {
  await fillCard(page, card);
  await follow(page, () => page.getByRole("button", { name: /^Pay / }).click());
}

/** The invoice is paid within ten seconds, though nobody came back. */
async function paid(invoice) {
  for (const deadline = Date.now() + 10_000; ; await new Promise((later) => setTimeout(later, 100))) {
    const { status } = await firm.ask(`/invoices/${invoice.id}`);
    if (status === "paid") return;
    assert.ok(Date.now() < deadline, `still ${status}`);
  }
}

async function paidOnce(invoice) {
  await paid(invoice);
  const { received } = await firm.ask(`/invoices/${invoice.id}`);
  assert.equal(received.amount_minor, 116_250);
  const { data } = await firm.ask(`/attempts?invoice=${invoice.id}`);
  assert.equal(data.length, 1, "one attempt");
}
