// Pictures of the main pages for people to look at; axe does not see what is ugly.
//   node server.mjs -- node screenshots.mjs <folder>
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { baseURL, dataDir, keller, muster, signedIn } from "./demo.mjs";
import { launch, openPage, views } from "./lib.mjs";
import { letter } from "./mail.mjs";

const [proposal] = (await letter(dataDir, "board@brunner.example")).links;

const pages = [
  ["firms", { portal: baseURL }, "/"],
  ["login", muster, "/login"],
  ["dashboard", muster, "/dashboard", "ana@brunner.example"],
  ["invoices", muster, "/invoices", "ana@brunner.example"],
  ["invoice", muster, "/invoices", "ana@brunner.example", "Share purchase"],
  ["payments", muster, "/payments", "ana@brunner.example"],
  ["library", muster, "/library", "ana@brunner.example"],
  ["library-group", muster, "/library?group=Companies", "ana@brunner.example"],
  ["library-search", muster, "/library?q=notice", "ana@brunner.example"],
  ["library-nothing-found", muster, "/library?q=umbrella", "ana@brunner.example"],
  ["article", muster, "/library/when-a-letter-from-a-court-arrives", "ana@brunner.example"],
  ["article-wide", muster, "/library/signing-in-the-portal", "ana@brunner.example"],
  ["rtl-library", muster, "/library", "layla@alnoor.example"],
  ["rtl-article", muster, "/library/notice-periods-in-employment", "layla@alnoor.example"],
  ["documents", muster, "/documents", "ana@brunner.example"],
  ["documents-nothing-found", muster, "/documents?q=umbrella", "ana@brunner.example"],
  ["documents-none", muster, "/documents", "haruka@kyoto-precision.example"],
  ["document-pdf", muster, "/documents", "ana@brunner.example", "Annual accounts"],
  ["document-image", muster, "/documents", "ana@brunner.example", "Ground floor"],
  ["document-table", muster, "/documents", "ana@brunner.example", "Share register"],
  ["rtl-documents", muster, "/documents", "layla@alnoor.example"],
  ["rtl-document", muster, "/documents", "layla@alnoor.example", "مخطط"],
  ["vault", muster, "/vault", "ana@brunner.example"],
  ["vault-file", muster, "/vault", "ana@brunner.example", "Share certificates"],
  ["vault-sign-in", muster, "/vault", "ana@brunner.example", "Commercial register"],
  ["vault-sign-in-shown", muster, "/vault", "ana@brunner.example", "Commercial register", "Show"],
  ["vault-note-shown", muster, "/vault", "ana@brunner.example", "Safe in Winterthur", "Show"],
  ["vault-log", muster, "/vault/log", "ana@brunner.example"],
  ["vault-locked", muster, "/vault/unlock", "ana@brunner.example"],
  ["rtl-vault", muster, "/vault", "layla@alnoor.example"],
  ["rtl-vault-log", muster, "/vault/log", "layla@alnoor.example"],
  ["rtl-vault-locked", muster, "/vault/unlock", "layla@alnoor.example"],
  ["profile", muster, "/profile", "ana@brunner.example"],
  ["password", muster, "/profile/password", "ana@brunner.example"],
  ["take-out", muster, "/profile/take-out", "ana@brunner.example"],
  ["rtl-take-out", muster, "/profile/take-out", "layla@alnoor.example"],
  ["password-forgotten", muster, "/forgot-password"],
  ["not-found", muster, "/nothing"],
  ["not-found-inside", muster, "/invoices/inv_01jzzzzzzzzzzzzzzzzzzzzzzz", "ana@brunner.example"],
  ["rtl-dashboard", muster, "/dashboard", "layla@alnoor.example"],
  ["rtl-invoices", muster, "/invoices", "layla@alnoor.example"],
  ["rtl-invoice", muster, "/invoices", "layla@alnoor.example", "Agency"],
  ["rtl-payments", muster, "/payments", "layla@alnoor.example"],
  ["rtl-profile", muster, "/profile", "layla@alnoor.example"],
  ["no-invoices-dashboard", muster, "/dashboard", "mira@brunner.example"],
  ["yen-invoices", muster, "/invoices", "haruka@kyoto-precision.example"],
  ["proposals", muster, "/proposals", "ana@brunner.example"],
  ["proposal", muster, "/proposals", "ana@brunner.example", "Succession"],
  ["proposal-accepted", muster, "/proposals", "ana@brunner.example", "Advice to the board"],
  ["proposal-declined", muster, "/proposals", "ana@brunner.example", "Retainer"],
  ["proposal-expired", muster, "/proposals", "ana@brunner.example", "Data protection"],
  ["proposal-accept", muster, "/proposals", "ana@brunner.example", "Succession", "Accept"],
  ["estimates", muster, "/estimates", "ana@brunner.example"],
  ["estimate-reject", muster, "/estimates", "ana@brunner.example", "Lease Töss", "Reject"],
  ["contracts", muster, "/contracts", "ana@brunner.example"],
  ["contract", muster, "/contracts", "ana@brunner.example", "Engagement letter: succession"],
  ["contract-upload", muster, "/contracts", "ana@brunner.example", "Töss: yard"],
  ["contract-signed", muster, "/contracts", "ana@brunner.example", "delivery contract Lyon"],
  ["contract-on-paper", muster, "/contracts", "ana@brunner.example", "Power of attorney"],
  ["contract-decline", muster, "/contracts", "ana@brunner.example", "Engagement letter: succession", "Decline to sign"],
  ["signing-terms", muster, "/signing-terms"],
  ["verify", muster, "/verify"],
  ["rtl-proposal", muster, "/proposals", "layla@alnoor.example", "عرض"],
  ["rtl-contracts", muster, "/contracts", "layla@alnoor.example"],
  ["rtl-contract", muster, "/contracts", "layla@alnoor.example", "اتفاقية"],
  ["link-proposal", muster, () => proposal],
  ["link-accept", muster, () => proposal, undefined, undefined, "Accept"],
  ["link-dead", muster, "/l/gone"],
  ["other-firm-login", keller, "/login"],
  ["other-firm-dashboard", keller, "/dashboard", "grace@harbor-bakery.example"],
  ["other-firm-invoices", keller, "/invoices", "grace@harbor-bakery.example"],
  ["other-firm-payments", keller, "/payments", "grace@harbor-bakery.example"],
  ["other-firm-library", keller, "/library", "grace@harbor-bakery.example"],
  ["other-firm-vault", keller, "/vault", "grace@harbor-bakery.example"],
  ["other-firm-article", keller, "/library/what-we-need-at-month-end", "grace@harbor-bakery.example"],
];

async function main(folder) {
  mkdirSync(folder, { recursive: true });
  const browser = await launch();
  const people = {};
  for (const [name, firm, path, email, row, link] of pages) {
    if (email) people[email] ??= await signedIn(browser, firm, email);
    for (const { width, scheme } of views.filter(({ script }) => script)) {
      const page = await openPage(browser, { width, scheme, storageState: people[email] });
      await page.goto(typeof path === "function" ? path() : firm.portal + path);
      if (row) await page.locator("tbody tr", { hasText: row }).first().locator("a").first().click();
      if (link) await page.locator("main").locator("a, button").getByText(link, { exact: true }).click();
      await page.waitForLoadState();
      await page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`), fullPage: true });
      await page.context().close();
    }
  }
  await browser.close();
}

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("usage: node server.mjs -- node screenshots.mjs <folder>");
await main(folder);
