// Every page and every state of it, on a phone and a desktop, light and dark: axe finds nothing, nothing sticks out
// sideways, the source is valid, and the browser has no complaint, of the content security policy or otherwise.
import { after, before, test } from "node:test";
import { ask, dataDir, keller, muster, signedIn } from "./demo.mjs";
import { assertSound, inEveryView, launch, views } from "./lib.mjs";
import { letter } from "./mail.mjs";

const shown = views.filter(({ script }) => script);
const browser = await launch();
after(() => browser.close());

const people = {};
let link;
before(async () => {
  const contacts = [
    ["ana", muster, "ana@brunner.example"],
    ["mira", muster, "mira@brunner.example"],
    ["layla", muster, "layla@alnoor.example"],
    ["haruka", muster, "haruka@kyoto-precision.example"],
    ["omar", muster, "omar@alnoor.example"],
    ["grace", keller, "grace@harbor-bakery.example"],
  ];
  for (const [name, firm, email] of contacts) people[name] = await signedIn(browser, firm, email);
  [link] = (await letter(dataDir, "beat@neuhaus.example")).links;
});

/** A page that an address brings. */
function at(name, { portal }, path, who) {
  scene(name, who, (page) => page.goto(typeof path === "function" ? path() : portal + path));
}

/** A page that `reach` brings; its last answer is what is checked. */
function scene(name, who, reach) {
  test(name, async () => {
    const wanted = shown.map((view) => ({ ...view, storageState: people[who] }));
    await inEveryView(
      browser,
      async (page) => {
        const response = await reach(page);
        await assertSound(page, { html: await response.text() });
      },
      wanted,
    );
  });
}

/** Send the form as it stands, without the browser's own checks: the server's answer is what counts. */
async function submit(page, fields = {}, form = "main form") {
  await page.locator(form).first().evaluate((element) => (element.noValidate = true));
  for (const [name, value] of Object.entries(fields)) await page.fill(`main [name="${name}"]`, value);
  const answer = page.waitForResponse((one) => one.request().isNavigationRequest() && one.status() !== 303);
  await page.locator(`${form} button[type=submit]`).first().click();
  const response = await answer;
  await page.waitForLoadState();
  return response;
}

/** The invoice of a contact whose matter, status or number stands in its row. */
async function openInvoice(page, { portal }, text) {
  await page.goto(`${portal}/invoices`);
  const row = page.locator("tbody tr").filter({ hasText: text }).first();
  return page.goto(new URL(await row.locator("a").getAttribute("href"), page.url()).href);
}

at("sign in", muster, "/login");
at("sign in at the other firm", keller, "/login");
at("forgotten password", muster, "/forgot-password");
at("choose a password", muster, () => link);
at("dead password link", muster, "/set-password/gone");
at("dead link of an address", muster, "/confirm-email/gone");
at("signed out", muster, "/logout");
at("nothing here", muster, "/no-such-page");

scene("sign in, refused", undefined, async (page) => {
  await page.goto(`${muster.portal}/login`);
  return submit(page, { email: "stranger@nowhere.example", password: "not this one" });
});
scene("sign in, with nothing filled in", undefined, async (page) => {
  await page.goto(`${muster.portal}/login`);
  return submit(page);
});
scene("forgotten password, not an address", undefined, async (page) => {
  await page.goto(`${muster.portal}/forgot-password`);
  return submit(page, { email: "nobody" });
});
scene("forgotten password, sent", undefined, async (page) => {
  await page.goto(`${muster.portal}/forgot-password`);
  return submit(page, { email: "a-rather-long-name.of-nobody.at-all@subdomain.nowhere.example" });
});
scene("choose a password, too short and not the same", undefined, async (page) => {
  await page.goto(link);
  return submit(page, { password: "short", password_again: "shorter" });
});
scene("a form from elsewhere", undefined, async (page) => {
  await page.setContent(`<form method="post" action="${muster.portal}/login"><button>Send</button></form>`);
  const answer = page.waitForResponse((one) => one.request().method() === "POST");
  await page.click("button");
  const response = await answer;
  await page.waitForLoadState();
  return response;
});

at("dashboard", muster, "/dashboard", "ana");
at("dashboard, without invoices", muster, "/dashboard", "mira");
at("dashboard, right to left", muster, "/dashboard", "layla");
at("dashboard, the other firm", keller, "/dashboard", "grace");
at("invoices", muster, "/invoices", "ana");
at("invoices, right to left", muster, "/invoices", "layla");
at("invoices, the other firm", keller, "/invoices", "grace");
at("no invoices, where there may be none", muster, "/invoices", "mira");
at("no such invoice", muster, "/invoices/inv_01jzzzzzzzzzzzzzzzzzzzzzzz", "ana");
for (const status of ["paid", "overdue", "unpaid", "partially_paid", "cancelled"]) {
  at(`invoices, ${status}`, muster, `/invoices?status=${status}`, "haruka");
}
for (const [name, who, text] of [
  ["overdue and part-paid, with a discount and a credit", "ana", "95"],
  ["paid", "ana", "Paid"],
  ["with a voided payment", "ana", "Trade mark"],
  ["cancelled", "ana", "Cancelled"],
  ["with tax in its prices", "ana", "Lease Töss"],
  ["right to left, three decimals", "layla", "Agency agreement"],
  ["in yen", "haruka", "Licence"],
]) {
  scene(`invoice, ${name}`, who, (page) => openInvoice(page, muster, text));
}
at("payment history", muster, "/payments", "ana");
at("payment history, right to left", muster, "/payments", "layla");
at("profile", muster, "/profile", "ana");
at("profile, right to left", muster, "/profile", "layla");
at("change password", muster, "/profile/password", "ana");
scene("profile, saved", "ana", async (page) => {
  await page.goto(`${muster.portal}/profile`);
  return submit(page);
});
scene("profile, with mistakes in every field", "ana", async (page) => {
  await page.goto(`${muster.portal}/profile`);
  return submit(page, { first_name: "", last_name: "", email: "nobody", phone: "call me" });
});
scene("change password, with mistakes in every field", "ana", async (page) => {
  await page.goto(`${muster.portal}/profile/password`);
  return submit(page, { current_password: "wrong", password: "short", password_again: "other" });
});
