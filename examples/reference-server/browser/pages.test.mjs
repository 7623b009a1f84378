// Every page behind the sign-in, in every state.
import { before } from "node:test";
import { keller, muster, password } from "./demo.mjs";
import { at, openRow, scene, submit, welcome } from "./scenes.mjs";

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
  scene(`invoice, ${name}`, who, (page) => openRow(page, muster, "invoices", text));
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
at("library", muster, "/library", "ana");
at("library, right to left", muster, "/library", "layla");
at("library, the other firm", keller, "/library", "grace");
at("library, one group", muster, "/library?group=Employment", "ana");
at("library, searched", muster, "/library?q=notice", "ana");
at("library, searched in vain", muster, "/library?q=umbrella&group=Disputes", "ana");
scene("library, searched for too much", "ana", async (page) => {
  await page.goto(`${muster.portal}/library`);
  return submit(page, { q: "one two three four five six seven eight nine" });
});
for (const [name, slug] of [
  ["with tables and lists", "when-a-letter-from-a-court-arrives"],
  ["with a wide table", "signing-in-the-portal"],
]) {
  at(`article, ${name}`, muster, `/library/${slug}`, "ana");
}
at("article, right to left", muster, "/library/the-annual-general-meeting", "layla");
at("article, the other firm", keller, "/library/what-we-need-at-month-end", "grace");
at("no such article", muster, "/library/opening-a-file", "ana");
at("documents", muster, "/documents", "ana");
at("documents, right to left", muster, "/documents", "layla");
at("documents, the other firm", keller, "/documents", "grace");
at("documents, searched", muster, "/documents?q=brunner+ann", "ana");
at("documents, searched in vain", muster, "/documents?q=umbrella", "ana");
at("no documents", muster, "/documents", "haruka");
scene("documents, searched for too much", "ana", async (page) => {
  await page.goto(`${muster.portal}/documents`);
  return submit(page, { q: "one two three four five six seven eight nine" });
});
for (const [name, who, text] of [
  ["a PDF file", "ana", "Annual accounts"],
  ["an image", "ana", "Ground floor"],
  ["without a preview", "ana", "Share register"],
  ["right to left", "layla", "مخطط"],
]) {
  scene(`document, ${name}`, who, (page) => openRow(page, muster, "documents", text));
}
at("no such document", muster, "/documents/doc_01jzzzzzzzzzzzzzzzzzzzzzzz", "ana");
scene("vault", "ana", (page) => unlocked(page, muster, "/vault"));
scene("vault, right to left, with nothing in it", "layla", (page) => unlocked(page, muster, "/vault"));
scene("vault, the other firm", "grace", (page) => unlocked(page, keller, "/vault"));
scene("vault, its log", "ana", (page) => unlocked(page, muster, "/vault/log"));
scene("vault, its log, right to left", "layla", (page) => unlocked(page, muster, "/vault/log"));
at("vault, locked", muster, "/vault/unlock?next=%2Fvault%2Flog", "ana");
at("vault, locked, right to left", muster, "/vault/unlock", "layla");
scene("vault, with no password", "ana", async (page) => {
  await page.goto(`${muster.portal}/vault/unlock`);
  return submit(page);
});
for (const [name, text] of [
  ["a file", "Share certificates"],
  ["a sign-in", "Commercial register"],
  ["a note", "Safe in Winterthur"],
]) {
  scene(`vault, ${name}`, "ana", (page) => kept(page, text));
}
for (const text of ["Commercial register", "Safe in Winterthur"]) {
  scene(`vault, shown: ${text}`, "ana", async (page) => {
    await kept(page, text);
    return submit(page);
  });
}
scene("no such item of the vault", "ana", async (page) => {
  await unlocked(page, muster, "/vault");
  return page.goto(`${muster.portal}/vault/vit_01jzzzzzzzzzzzzzzzzzzzzzzz`);
});
at("profile", muster, "/profile", "ana");
at("profile, right to left", muster, "/profile", "layla");
at("change password", muster, "/profile/password", "ana");
at("take out", muster, "/profile/take-out", "ana");
at("take out, right to left", muster, "/profile/take-out", "layla");
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

/** A page of the vault, with the password if it is asked for: the sign-in may be older than five minutes. */
async function unlocked(page, { portal }, path) {
  const response = await page.goto(portal + path);
  if (!page.url().includes("/vault/unlock")) return response;
  return submit(page, { current_password: password });
}

/** An item of the vault. */
async function kept(page, text) {
  await unlocked(page, muster, "/vault");
  return openRow(page, muster, "vault", text);
}
