// Staff look at the portal as a contact: by mouse, by keyboard, without script, and what each page then looks like.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { baseURL, muster } from "./demo.mjs";
import { close, launch, openPage } from "./lib.mjs";
import { follow, heading, shows, software, ways } from "./people.mjs";
import { at, lookIn, scene } from "./scenes.mjs";

const firm = software(baseURL, muster.key);
const contacts = {};
let browser;

before(async () => {
  browser = await launch();
  const { data: clients } = await firm.ask("/clients?limit=100");
  for (const { id } of clients) {
    const { data } = await firm.ask(`/clients/${id}/contacts`);
    for (const contact of data) contacts[contact.email] = contact.id;
  }
  await lookIn("staff", await link());
  await lookIn("staff of layla", await link("layla@alnoor.example"));
});
after(() => browser.close());

for (const way of ways) {
  test(`staff look at the portal as a contact and leave again, by ${way.name}`, async () => {
    const page = await openPage(browser, { script: way.script });
    const press = (role, name) => follow(page, () => way.press(page, page.getByRole(role, { name }).first()));
    await page.goto(await link());
    await heading(page, "Look at the portal as a contact");
    await press("button", "Begin the preview");
    await shows(page, "Preview, read only.");
    await press("link", "Invoices");
    await shows(page, "Preview, read only.");
    await press("link", "Vault");
    await heading(page, "Only the contact can do this");
    await press("link", "Go to the dashboard");
    await press("button", "End preview");
    await heading(page, "The preview has ended");
    await page.goto(`${muster.portal}/dashboard`);
    assert.match(page.url(), /\/login/);
    await close(page);
  });
}

scene("before a preview", undefined, async (page) => page.goto(await link()));
at("by a link that no longer works", muster, `/preview/${"A".repeat(43)}`);
at("after a preview", muster, "/preview");
at("dashboard, in a preview", muster, "/dashboard", "staff");
at("dashboard, in a preview, right to left", muster, "/dashboard", "staff of layla");
at("invoices, in a preview", muster, "/invoices", "staff");
at("profile, in a preview", muster, "/profile", "staff");
at("the vault, in a preview", muster, "/vault", "staff");

/** An address at which staff look as this contact. */
async function link(email = "ana@brunner.example") {
  const { url } = await firm.ask(`/contacts/${contacts[email]}/preview`, {});
  return url;
}
