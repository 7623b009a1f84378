// Letters as a mail program shows them: on a narrow and on a wide window, on a light and on a dark ground.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dataDir } from "./demo.mjs";
import { axeFaults, close, launch, openPage, overflowFaults, schemes, widths } from "./lib.mjs";
import { letter } from "./mail.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

// A letter is no page of a site: it has neither landmarks nor a heading of its own.
const ofPages = /^(region|landmark-one-main|page-has-heading-one)\b/;

for (const [to, subject, button] of [
  ["beat@neuhaus.example", /^Your client portal/, "Choose a password"],
  ["board@brunner.example", /^Proposal/, "Read and answer"],
  ["owner@harbor-bakery.example", /^Proposal/, "Read and answer"],
  ["grace@harbor-bakery.example", /^Please sign/, "Sign in to read it"],
]) {
  test(`the letter "${subject.source.slice(1)}" to ${to} is legible, fetches nothing and leads where it says`, async () => {
    const { html, links } = await letter(dataDir, to, subject);
    for (const width of widths) {
      for (const scheme of schemes) {
        const page = await openPage(browser, { width, scheme });
        const fetched = [];
        page.on("request", (request) => fetched.push(request.url()));
        await page.setContent(html);
        const faults = [...(await axeFaults(page)), ...(await overflowFaults(page))];
        assert.deepEqual(faults.filter((fault) => !ofPages.test(fault)), [], `${width} px, ${scheme}`);
        assert.equal(await page.getByRole("link", { name: button }).getAttribute("href"), links[0]);
        assert.equal(await page.getByRole("link", { name: links[0] }).getAttribute("href"), links[0]);
        const { width: column } = await page.locator("table table").boundingBox();
        assert.ok(column <= 600, `${column} px`);
        const ground = await page.evaluate(() => getComputedStyle(document.body).color);
        assert.equal(ground, scheme === "dark" ? "rgb(255, 255, 255)" : "rgb(0, 0, 0)", "the reader's own colours");
        assert.deepEqual(fetched, []);
        await close(page);
      }
    }
  });
}
