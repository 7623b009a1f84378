// What every browser test needs: Chromium, the views a page must hold in, and the checks that run on each of them.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { FileSystemConfigLoader, HtmlValidate, cjsResolver } from "html-validate";

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const axeTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const htmlRules = require.resolve("./htmlvalidate.json");

/** The browser: Debian's by default, another by CASEFLOW_CHROMIUM. */
export const browserPath = process.env.CASEFLOW_CHROMIUM ?? "/usr/bin/chromium";

/** Widths in CSS pixels: a phone and a desktop. */
export const widths = [390, 1280];
export const schemes = ["light", "dark"];

/** Every view a page must hold in: width × colour scheme × script on or off. */
export const views = widths.flatMap((width) =>
  schemes.flatMap((scheme) =>
    [true, false].map((script) => ({
      name: `${width} px, ${scheme}, script ${script ? "on" : "off"}`,
      width,
      scheme,
      script,
    })),
  ),
);

/** Start Chromium with a profile of its own. The caller closes it. */
export async function launch() {
  assert.ok(existsSync(browserPath), `no browser at ${browserPath}; set CASEFLOW_CHROMIUM`);
  return chromium.launch({
    executablePath: browserPath,
    headless: true,
    // Playwright itself adds --no-sandbox, --disable-background-networking, --disable-component-update, --disable-sync.
    args: ["--disable-gpu", "--disable-quic"],
  });
}

/**
 * A fresh context (own cookies) with one page in a view. `page.faults` collects what no test may overlook:
 * dialogs, uncaught errors, refused content (CSP), failed console lines. End with `close(page)`.
 */
export async function openPage(browser, { width = 1280, scheme = "light", script = true, ...more } = {}) {
  const phone = width < 600;
  const size = { width, height: phone ? 844 : 800 };
  const context = await browser.newContext({
    viewport: size,
    screen: size,
    isMobile: phone,
    hasTouch: phone,
    colorScheme: scheme,
    javaScriptEnabled: script,
    locale: "en-GB",
    timezoneId: "UTC",
    ...more,
  });
  // For a step. Long enough for a machine that builds and checks much else beside.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  page.script = script;
  page.faults = [];
  page.on("dialog", async (dialog) => {
    page.faults.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("pageerror", (error) => page.faults.push(`uncaught: ${error.message}`));
  page.on("console", (line) => {
    if (line.type() === "error" && !isHttpStatus(line.text())) page.faults.push(`console: ${line.text()}`);
  });
  return page;
}

/** Fail on anything in `page.faults`, then end the page's context. */
export async function close(page) {
  const { faults } = page;
  await page.context().close();
  assert.deepEqual(faults, [], "the browser complained");
}

/** Run `check(page, view)` once in each view; a failure names its view. */
export async function inEveryView(browser, check, wanted = views) {
  for (const view of wanted) {
    const page = await openPage(browser, view);
    try {
      await check(page, view);
      await close(page);
    } catch (error) {
      await page.context().close();
      error.message = `[${view.name}] ${error.message}`;
      throw error;
    }
  }
}

/** Sign a contact in through the form, as a person does; answers when the page after it stands. */
export async function signIn(page, { baseURL, email, password }) {
  await page.goto(`${baseURL}/login`);
  await page.fill('input[name="email"]', email);
  await page.fill('input[name="password"]', password);
  await Promise.all([
    page.waitForEvent("framenavigated"),
    page.click('form:has(input[name="password"]) button[type="submit"]'),
  ]);
  await page.waitForLoadState();
  if (new URL(page.url()).pathname.endsWith("/login")) {
    throw new Error(`not signed in as ${email}: ${await page.locator("main").innerText()}`);
  }
}

/** Press Tab until the element has the focus, at most `most` times: the road of someone without a mouse. */
export async function tabTo(page, locator, most = 80) {
  for (let step = 0; step <= most; step += 1) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${locator} is not reached by ${most} presses of Tab on ${page.url()}`);
}

/** What axe finds on the page as it stands: one line a fault, with the elements it names. */
export async function axeFaults(page) {
  const { violations } = await withScript(page, async () => {
    await page.evaluate(axeSource);
    return page.evaluate((tags) => globalThis.axe.run({ resultTypes: ["violations"], runOnly: tags }), axeTags);
  });
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`,
  );
}

/** What sticks out of the screen sideways. Measured against the screen: the layout viewport grows with the page. */
export async function overflowFaults(page) {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth;
    if (wide <= screen.width) return [];
    const outside = [...document.body.querySelectorAll("*")]
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 0 && (right > screen.width + 0.5 || left < -0.5);
      })
      .map((element) => element.tagName.toLowerCase() + (element.className ? `.${element.className}` : ""));
    return [`page is ${wide} px wide on a screen of ${screen.width}: ${outside.slice(0, 8).join(", ")}`];
  });
}

/** What html-validate says of a document's source. */
export async function htmlFaults(html) {
  const loader = new FileSystemConfigLoader([cjsResolver()], { root: true, extends: [htmlRules] });
  const report = await new HtmlValidate(loader).validateString(html);
  return report.results.flatMap((result) =>
    result.messages.map(({ line, column, ruleId, message }) => `${line}:${column} ${ruleId}: ${message}`),
  );
}

/** The page's source as served for its cookies, not as the browser mended it. */
export async function servedHtml(page) {
  const cookies = await page.context().cookies();
  const response = await fetch(page.url(), {
    headers: {
      accept: "text/html",
      cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; "),
    },
    redirect: "manual",
  });
  return response.text();
}

/**
 * The checks of every page in every view: axe, sideways overflow, valid source. `html` stands in for pages that a GET
 * does not bring again (the answer to a POST): pass `await response.text()`.
 */
export async function assertSound(page, { html } = {}) {
  const faults = [
    ...(await axeFaults(page)),
    ...(await overflowFaults(page)),
    ...(await htmlFaults(html ?? (await servedHtml(page)))),
  ];
  assert.deepEqual(faults, [], page.url());
}

// With script off axe's own timers stand still too. Switched on for the while, none of the page's scripts run: the page
// was parsed without them.
async function withScript(page, work) {
  if (page.script) return work();
  const session = await page.context().newCDPSession(page);
  const setDisabled = (value) => session.send("Emulation.setScriptExecutionDisabled", { value });
  await setDisabled(true); // a session that never switched script off cannot switch it on
  await setDisabled(false);
  try {
    return await work();
  } finally {
    await setDisabled(true);
  }
}

// A 404 or 422 that a test asks for is an answer, not a fault of the page.
function isHttpStatus(text) {
  return text.startsWith("Failed to load resource: the server responded with a status of");
}
