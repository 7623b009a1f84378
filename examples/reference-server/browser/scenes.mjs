// A scene is one page in one state, checked on a phone and a desktop, light and dark: axe finds nothing, nothing sticks
// out sideways, the source is valid, and the browser has no complaint, of the content security policy or otherwise.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { signedIn } from "./demo.mjs";
import { assertSound, inEveryView, launch, openPage, views } from "./lib.mjs";

const shown = views.filter(({ script }) => script);
const browser = await launch();
after(() => browser.close());

const people = {};

/** Sign contacts in, so that scenes may name them: rows of name, firm, address. */
export async function welcome(contacts) {
  for (const [name, firm, email] of contacts) people[name] = await signedIn(browser, firm, email);
}

/** Begin a preview by its link, so that scenes may name who looks. */
export async function lookIn(name, link) {
  const page = await openPage(browser);
  await page.goto(link);
  await page.getByRole("button", { name: "Begin the preview" }).click();
  await page.getByText("Preview, read only.").waitFor();
  people[name] = await page.context().storageState();
  await page.context().close();
}

/** A page that an address brings. */
export function at(name, { portal }, path, who) {
  scene(name, who, (page) => page.goto(typeof path === "function" ? path() : portal + path));
}

/** A page that `reach` brings; its last answer is what is checked. */
export function scene(name, who, reach) {
  test(name, async () => {
    const wanted = shown.map((view) => ({ ...view, storageState: people[who] }));
    await inEveryView(
      browser,
      async (page) => {
        const response = await reach(page);
        // A session that ended shows the sign-in instead, which would be sound too.
        if (who) assert.ok(people[who] && !page.url().includes("/login"), `not signed in as ${who}: ${page.url()}`);
        await assertSound(page, { html: await response.text() });
      },
      wanted,
    );
  });
}

/** Send the form as it stands, without the browser's own checks: the server's answer is what counts. */
export async function submit(page, fields = {}, form = "main form") {
  await page.locator(form).first().evaluate((element) => (element.noValidate = true));
  for (const [name, value] of Object.entries(fields)) await page.fill(`main [name="${name}"]`, value);
  const answer = page.waitForResponse((one) => one.request().isNavigationRequest() && one.status() !== 303);
  await page.locator(`${form} button[type=submit]`).first().click();
  const response = await answer;
  await page.waitForLoadState();
  return response;
}

/** What a row of a list leads to. */
export async function openRow(page, { portal }, place, text) {
  await page.goto(`${portal}/${place}`);
  const row = page.locator("tbody tr").filter({ hasText: text }).first();
  return page.goto(new URL(await row.locator("a").first().getAttribute("href"), page.url()).href);
}
