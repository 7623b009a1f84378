// Every page behind the sign-in, in every state.
import { before } from "node:test";
import { keller, muster } from "./demo.mjs";
import { at, scene, submit, welcome } from "./scenes.mjs";

before(() =>
  welcome([
    ["ana", muster, "ana@brunner.example"],
    ["mira", muster, "mira@brunner.example"],
    ["layla", muster, "layla@alnoor.example"],
    ["haruka", muster, "haruka@kyoto-precision.example"],
    ["grace", keller, "grace@harbor-bakery.example"],
  ]),
);

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
  ["overdue and part-paid, with a discount and a credit", "ana", "MP-0011"],
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
at("statement", muster, "/payments/statement", "ana");
at("statement, right to left", muster, "/payments/statement", "layla");
scene("statement, with mistakes in both fields", "ana", async (page) => {
  await page.goto(`${muster.portal}/payments/statement`);
  await page.locator("main input").evaluateAll((fields) => fields.forEach((field) => (field.type = "text")));
  return submit(page, { from: "yesterday", to: "2026-02-30" });
});
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

for (const place of ["proposals", "estimates", "contracts"]) {
  at(place, muster, `/${place}`, "ana");
  at(`${place}, right to left`, muster, `/${place}`, "layla");
  at(`${place}, the other firm`, keller, `/${place}`, "grace");
  at(`no such thing among ${place}`, muster, `/${place}/pro_01jzzzzzzzzzzzzzzzzzzzzzzz`, "ana");
}
for (const [name, who, place, title] of [
  ["proposal, open, with a long text", "ana", "proposals", "Succession"],
  ["proposal, changed and sent again", "ana", "proposals", "Contracts for the service partners"],
  ["proposal, accepted in the portal", "ana", "proposals", "Trade mark portfolio"],
  ["proposal, accepted by the mailed link", "ana", "proposals", "Advice to the board"],
  ["proposal, declined with a reason", "ana", "proposals", "Retainer"],
  ["proposal, withdrawn", "ana", "proposals", "Arbitration"],
  ["proposal, expired", "ana", "proposals", "Data protection"],
  ["proposal, right to left, three decimals", "layla", "proposals", "عرض"],
  ["proposal, in yen", "haruka", "proposals", "Swiss branch"],
  ["estimate, open", "ana", "estimates", "Lease Töss"],
  ["estimate, accepted", "ana", "estimates", "New employment rules"],
  ["estimate, rejected", "ana", "estimates", "Translation"],
  ["estimate, withdrawn", "ana", "estimates", "Objection"],
  ["estimate, expired", "ana", "estimates", "insurance"],
  ["contract, open", "ana", "contracts", "Engagement letter: succession"],
  ["contract, open, an uploaded file", "ana", "contracts", "Töss: yard"],
  ["contract, signed", "ana", "contracts", "delivery contract Lyon"],
  ["contract, signed, an uploaded file", "ana", "contracts", "Töss: workshop"],
  ["contract, signed, right to left", "layla", "contracts", "اتفاقية"],
  ["contract, declined", "ana", "contracts", "Retainer agreement"],
  ["contract, withdrawn", "ana", "contracts", "arbitration"],
  ["contract, expired", "ana", "contracts", "data processing"],
  ["contract, signed on paper", "ana", "contracts", "Power of attorney"],
]) {
  scene(name, who, (page) => openRow(page, muster, place, title));
}
for (const [place, title, link] of [
  ["proposals", "Succession", "Accept"],
  ["proposals", "Succession", "Decline"],
  ["estimates", "Lease Töss", "Accept"],
  ["estimates", "Lease Töss", "Reject"],
  ["contracts", "Engagement letter: succession", "Decline to sign"],
]) {
  scene(`${link}: ${title}`, "ana", (page) => asked(page, place, title, link));
}
scene("decline a proposal, with a reason that cannot be", "ana", async (page) => {
  await asked(page, "proposals", "Succession", "Decline");
  await page.locator("main textarea").evaluate((field) => field.removeAttribute("maxlength"));
  return submit(page, { reason: "too dear ".repeat(200) });
});
scene("sign, with mistakes in every field", "ana", async (page) => {
  await openRow(page, muster, "contracts", "Engagement letter: succession");
  return submit(page, { typed: "\u200b" });
});
at("terms of electronic signature", muster, "/signing-terms", "ana");
at("check a signed copy", muster, "/verify", "ana");

/** The page that asks once more, or for a reason. */
async function asked(page, place, title, link) {
  await openRow(page, muster, place, title);
  const address = await page.locator("main").getByRole("link", { name: link, exact: true }).getAttribute("href");
  return page.goto(new URL(address, page.url()).href);
}

/** The invoice of a contact whose matter, status or number stands in its row. */
function openInvoice(page, firm, text) {
  return openRow(page, firm, "invoices", text);
}

/** What a row of a list leads to. */
async function openRow(page, { portal }, place, text) {
  await page.goto(`${portal}/${place}`);
  const row = page.locator("tbody tr").filter({ hasText: text }).first();
  return page.goto(new URL(await row.locator("a").first().getAttribute("href"), page.url()).href);
}
