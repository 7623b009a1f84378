// The Firm Library as contacts use it: groups, a search, articles, and nothing of what is not published.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { baseURL, dataDir, muster } from "./demo.mjs";
import { assertSound, close, launch, openPage } from "./lib.mjs";
import { follow, heading, settleIn, shows, software, ways } from "./people.mjs";

const email = "reader@client.example";
const vat = "Value added tax: rates and dates";
const firm = software(baseURL, muster.key);
let browser, storageState;

before(async () => {
  browser = await launch();
  await firm.invite(email);
  storageState = await settleIn(browser, muster, dataDir, email);
});

after(() => browser.close());

for (const way of ways) {
  test(`an article is reached by its group, by ${way.name}`, async () => {
    const { page, press } = await visit("/dashboard", way);
    await press("link", /^Firm Library/);
    await heading(page, "Firm Library");
    assert.ok((await titles(page)).length >= 10);
    await assertSound(page);
    await press("link", "Taxes and books");
    assert.equal(await page.locator(".filters [aria-current]").innerText(), "Taxes and books");
    assert.deepEqual(await titles(page), ["How long to keep business records", vat]);
    await assertSound(page);
    await press("link", vat);
    await heading(page, vat);
    await shows(page.getByRole("table").last(), "30 November");
    await shows(page, "Last updated");
    await page.getByRole("heading", { level: 2, name: "Who has to register" }).waitFor();
    await assertSound(page);
    await follow(page, () => way.press(page, page.getByRole("main").getByRole("link", { name: "Firm Library" })));
    await heading(page, "Firm Library");
    await close(page);
  });

  test(`a search finds by the beginnings of words, or says that there is nothing, by ${way.name}`, async () => {
    const { page, press } = await visit("/library", way);
    const field = page.getByRole("searchbox", { name: "Search the library" });
    const search = async (text) => {
      await way.type(page, field, text);
      await press("button", "Search");
      assert.equal(await field.inputValue(), text, "what was typed stays");
      await assertSound(page);
    };
    await search("rat VAT");
    assert.deepEqual(await titles(page), [vat]);
    await search("umbrella");
    assert.deepEqual(await titles(page), []);
    await shows(page, "Nothing found");
    await press("link", "Show all articles");
    await search("notice");
    assert.ok((await titles(page)).includes("Notice periods and times when notice is void"));
    await close(page);
  });

  test(`e13 drafts and internal articles are nowhere, by ${way.name}`, async () => {
    const hidden = (await firm.ask("/articles?limit=100")).data.filter(({ stage }) => stage !== "published");
    assert.deepEqual(new Set(hidden.map(({ stage }) => stage)), new Set(["draft", "internal"]));
    const { page, press } = await visit("/library", way);
    for (const { title, slug, group } of hidden) {
      assert.ok(!(await titles(page)).includes(title), `${title} is in the list`);
      await press("link", group);
      assert.ok(!(await titles(page)).includes(title), `${title} is in its group`);
      await way.type(page, page.getByRole("searchbox"), title.replace(/\W+/g, " "));
      await press("button", "Search");
      assert.ok(!(await titles(page)).includes(title), `${title} is found`);
      const answer = await page.goto(`${muster.portal}/library/${slug}`);
      assert.equal(answer.status(), 404);
      const html = await answer.text();
      assert.ok(!html.includes(title));
      await assertSound(page, { html });
      await page.goto(`${muster.portal}/library`);
    }
    await close(page);
  });
}

test("e13 an article that is taken back is gone at once, and its address comes back with it", async () => {
  const title = "Only for today";
  const { id } = await firm.ask("/articles", { slug: "only-for-today", group: "News", title, body: "Read me." });
  const { page } = await visit("/library", ways[0]);
  for (const [stage, status] of [["published", 200], ["internal", 404], ["published", 200], ["draft", 404]]) {
    await firm.ask(`/articles/${id}/stage`, { stage });
    await page.goto(`${muster.portal}/library`);
    assert.equal((await titles(page)).includes(title), status === 200, stage);
    assert.equal((await page.goto(`${muster.portal}/library/only-for-today`)).status(), status, stage);
  }
  await close(page);
});

/** The contact at a page of the portal, and how to press what leads on. */
async function visit(path, way) {
  const page = await openPage(browser, { script: way.script, storageState });
  await page.goto(muster.portal + path);
  return { page, press: (role, name) => follow(page, () => way.press(page, page.getByRole(role, { name }).first())) };
}

/** The articles that are listed, in their order. */
function titles(page) {
  return page.locator(".articles a").allInnerTexts();
}
