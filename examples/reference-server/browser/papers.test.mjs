// Proposals, estimates and contracts, in every state that the demonstration has.
import { before } from "node:test";
import { keller, muster } from "./demo.mjs";
import { at, openRow, scene, submit, welcome } from "./scenes.mjs";

before(() =>
  welcome([
    ["ana", muster, "ana@brunner.example"],
    ["layla", muster, "layla@alnoor.example"],
    ["haruka", muster, "haruka@kyoto-precision.example"],
    ["grace", keller, "grace@harbor-bakery.example"],
  ]),
);

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
