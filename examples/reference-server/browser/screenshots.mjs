// Pictures of the main pages for people to look at; axe does not see what is ugly.
//   node server.mjs -- node screenshots.mjs <folder>
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { baseURL, keller, muster, signedIn } from "./demo.mjs";
import { launch, openPage, views } from "./lib.mjs";

const pages = [
  ["firms", { portal: baseURL }, "/"],
  ["login", muster, "/login"],
  ["dashboard", muster, "/dashboard", "ana@brunner.example"],
  ["invoices", muster, "/invoices", "ana@brunner.example"],
  ["invoice", muster, "/invoices", "ana@brunner.example", "Share purchase"],
  ["payments", muster, "/payments", "ana@brunner.example"],
  ["profile", muster, "/profile", "ana@brunner.example"],
  ["password", muster, "/profile/password", "ana@brunner.example"],
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
  ["other-firm-login", keller, "/login"],
  ["other-firm-dashboard", keller, "/dashboard", "grace@harbor-bakery.example"],
  ["other-firm-invoices", keller, "/invoices", "grace@harbor-bakery.example"],
  ["other-firm-payments", keller, "/payments", "grace@harbor-bakery.example"],
];

async function main(folder) {
  mkdirSync(folder, { recursive: true });
  const browser = await launch();
  const people = {};
  for (const [name, firm, path, email, row] of pages) {
    if (email) people[email] ??= await signedIn(browser, firm, email);
    for (const { width, scheme } of views.filter(({ script }) => script)) {
      const page = await openPage(browser, { width, scheme, storageState: people[email] });
      await page.goto(firm.portal + path);
      if (row) await page.locator("tbody tr", { hasText: row }).first().locator("a").click();
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
