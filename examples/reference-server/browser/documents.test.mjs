// Shared documents as contacts use them: the list, a search, previews in a sandbox, downloads under safe names.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { baseURL, dataDir, muster } from "./demo.mjs";
import { assertSound, close, launch, openPage } from "./lib.mjs";
import { follow, heading, settleIn, shows, software, ways } from "./people.mjs";

const email = "reader@documents.example";
const firm = software(baseURL, muster.key);
const { portal } = muster;
const read = (name) => readFileSync(new URL(`../src/demo/files/${name}`, import.meta.url));
const accounts = { name: "Annual accounts 2025.pdf", bytes: read("annual-accounts-2025.pdf") };
const plan = { name: "Grundriß, 1. Stock.png", bytes: read("ground-floor.png") };
const register = { name: "Share register.csv", bytes: read("share-register.csv") };
let browser, reader, storageState;

before(async () => {
  browser = await launch();
  reader = await firm.invite(email, ["documents"]);
  storageState = await settleIn(browser, muster, dataDir, email);
  await share(accounts, { matter: "Meeting of shareholders" });
  await share(plan, { matter: "Lease Winterthur" });
  await share(register);
});

after(() => browser.close());

for (const way of ways) {
  test(`a document is found, looked at and downloaded, by ${way.name}`, async () => {
    const { page, press } = await visit("/dashboard", way);
    await press("link", /^Documents/);
    await heading(page, "Documents");
    assert.deepEqual(await names(page), [register.name, plan.name, accounts.name]);
    await shows(page.locator("tr", { hasText: accounts.name }), "2 March 2026");
    await assertSound(page);
    const field = page.getByRole("searchbox", { name: "Search the documents" });
    await way.type(page, field, "meet acc");
    await press("button", "Search");
    assert.deepEqual(await names(page), [accounts.name]);
    assert.equal(await field.inputValue(), "meet acc", "what was typed stays");
    await assertSound(page);
    await press("link", accounts.name);
    await heading(page, accounts.name);
    await shows(page, "Meeting of shareholders");
    await assertSound(page);
    const file = await download(page, () => way.press(page, page.getByRole("link", { name: "Download" })));
    assert.equal(file.name, accounts.name);
    assert.deepEqual(file.bytes, accounts.bytes);
    await press("link", "All documents");
    await way.type(page, field, "umbrella");
    await press("button", "Search");
    await shows(page, "Nothing found");
    await assertSound(page);
    await press("link", "Show all documents");
    assert.equal((await names(page)).length, 3);
    await close(page);
  });

  test(`an image is shown, and downloaded from the list, by ${way.name}`, async () => {
    const { page, press } = await visit("/documents", way);
    const row = page.getByRole("row", { name: plan.name });
    const file = await download(page, () => way.press(page, row.getByRole("link", { name: /^Download/ })));
    assert.equal(file.name, plan.name);
    assert.deepEqual(file.bytes, plan.bytes);
    await press("link", `Preview ${plan.name}`);
    await heading(page, plan.name);
    const image = page.getByRole("img", { name: plan.name });
    await image.evaluate((shown) => shown.decode());
    assert.ok((await image.evaluate((shown) => shown.naturalWidth)) > 0);
    await assertSound(page);
    await close(page);
  });

  test(`what has no preview says so, by ${way.name}`, async () => {
    const { page, press } = await visit("/documents", way);
    await press("link", register.name);
    await heading(page, register.name);
    await shows(page, "There is no preview for this type of file");
    await assertSound(page);
    await close(page);
  });
}

test("a PDF file is shown in a frame of the portal's own, in a sandbox", async () => {
  const { page, press } = await visit("/documents", ways[0]);
  await press("link", `Preview ${accounts.name}`);
  await heading(page, accounts.name);
  const frame = page.getByTitle(`Preview of ${accounts.name}`);
  const address = new URL(await frame.getAttribute("src"), page.url()).href;
  // The browser's own viewer, which is an extension, has taken the file.
  const viewer = () => page.frames().some((one) => one.url().startsWith("chrome-extension://"));
  for (const deadline = Date.now() + 10_000; !viewer(); await page.waitForTimeout(50)) {
    assert.ok(Date.now() < deadline, "the file is not shown");
  }
  await assertSound(page);
  const headers = (await page.request.get(address)).headers();
  assert.equal(headers["content-type"], "application/pdf");
  assert.match(headers["content-disposition"], /^inline; /);
  assert.equal(headers["content-security-policy"], "sandbox; default-src 'none'; frame-ancestors 'self'");
  assert.equal(headers["x-frame-options"], "SAMEORIGIN");
  await close(page);
});

test("another version takes the place of the first", async () => {
  const id = await share({ name: "Draft.txt", bytes: "First." });
  const { page } = await visit("/documents", ways[0]);
  assert.ok((await names(page)).includes("Draft.txt"));
  await firm.handIn(`/documents/${id}/versions`, {}, { name: "Final.txt", bytes: "Second." });
  await page.goto(`${portal}/documents/${id}`);
  await heading(page, "Final.txt");
  const file = await download(page, () => page.getByRole("link", { name: "Download" }).click());
  assert.deepEqual([file.name, file.bytes.toString()], ["Final.txt", "Second."]);
  await firm.ask(`/documents/${id}/unshare`, {});
  await close(page);
});

test("e19 what is not shared, or not any longer, is gone at once", async () => {
  const file = { name: "Only for today.png", bytes: plan.bytes };
  const id = await firm.handIn("/documents", { client: reader.client }, file);
  const { page } = await visit("/documents", ways[0]);
  const gone = () => assertGone(page, id, file.name);
  await gone();
  for (let times = 2; times > 0; times -= 1) {
    await firm.ask(`/documents/${id}/share`, {});
    await page.goto(`${portal}/documents/${id}`);
    await heading(page, file.name);
    await page.getByRole("img", { name: file.name }).evaluate((shown) => shown.decode());
    await firm.ask(`/documents/${id}/unshare`, {});
    await gone();
  }
  await close(page);
});

test("what is for another contact, or of another client, is nowhere", async () => {
  const colleague = await firm.ask(`/clients/${reader.client}/contacts`, {
    first_name: "Beat",
    last_name: "Keller",
    email: "beat@documents.example",
    primary: false,
    permissions: ["documents"],
  });
  const stranger = await firm.invite("stranger@documents.example", ["documents"]);
  const { page } = await visit("/documents", ways[0]);
  for (const [name, details] of [
    ["For Beat alone.txt", { contacts: [colleague.id] }],
    ["Of somebody else.txt", { client: stranger.client }],
  ]) {
    const id = await share({ name, bytes: "Not for Ana." }, details);
    await assertGone(page, id, name);
    await page.goto(`${portal}/documents?q=${encodeURIComponent(name)}`);
    assert.deepEqual(await names(page), []);
  }
  await close(page);
});

test("without the permission there are no documents", async () => {
  const outsider = "outsider@documents.example";
  const { client } = await firm.invite(outsider, ["invoices"]);
  const id = await share(register, { client });
  const page = await openPage(browser, { storageState: await settleIn(browser, muster, dataDir, outsider) });
  await page.goto(`${portal}/dashboard`);
  assert.equal(await page.getByRole("link", { name: /^Documents/ }).count(), 0);
  for (const path of ["", `/${id}`, `/${id}/preview`, `/${id}/download`]) {
    const answer = await page.goto(`${portal}/documents${path}`);
    assert.equal(answer.status(), 404, path);
  }
  await close(page);
});

for (const [said, kept] of [
  ["../../etc/cron.d/plan.txt", "plan.txt"],
  ["C:\\Users\\Ana\\plan.txt", "plan.txt"],
  ['say "hi"; filename="evil.exe', "say -hi-; filename=-evil.exe"],
  ["plan%0D%0ASet-Cookie: a=b.txt", "plan-0D-0ASet-Cookie- a=b.txt"],
  ["invoice\u202etxt.exe", "invoicetxt.exe"],
  ["..", "file"],
]) {
  test(`e22 a file named ${JSON.stringify(said)} is downloaded as ${JSON.stringify(kept)}`, async () => {
    const id = await share({ name: said, bytes: "Harmless." });
    const { page } = await visit(`/documents/${id}`, ways[0]);
    await assertSound(page);
    const file = await download(page, () => page.getByRole("link", { name: "Download" }).click());
    assert.equal(file.name, kept);
    assert.equal(file.bytes.toString(), "Harmless.");
    assert.ok((await page.context().cookies()).every(({ name }) => name !== "a"));
    await firm.ask(`/documents/${id}/unshare`, {});
    await close(page);
  });
}

const script = "fetch('/logout', { method: 'POST' }); parent.document.title = document.title = 'It ran'; alert('It ran');";
const markup = `<!doctype html><title>Page</title><script>${script}</script><p>Hello</p>`;
const drawing = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>${script}</script></svg>`;

for (const [name, bytes, way] of [
  ["page.html", markup, "attachment"],
  ["page.xhtml", markup, "attachment"],
  ["drawing.svg", drawing, "attachment"],
  ["page.txt", markup, "attachment"],
  ["page-called.png", markup, "attachment"],
  ["drawing-called.pdf", drawing, "attachment"],
  ["begins-as.gif", `GIF89a/*${markup}*/`, "inline"],
  ["begins-as.pdf", `%PDF-1.7\n${markup}`, "inline"],
]) {
  test(`nothing runs in the portal: ${name}, ${way}`, async () => {
    const id = await share({ name, bytes });
    const { page } = await visit("/documents", ways[0]);
    for (const [path, how] of [["preview", way], ["download", "attachment"]]) {
      const address = `${portal}/documents/${id}/${path}`;
      const answer = await page.request.get(address);
      assert.equal(answer.status(), 200);
      const headers = answer.headers();
      assert.ok(headers["content-disposition"].startsWith(`${how}; `), headers["content-disposition"]);
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.match(headers["content-security-policy"], /^sandbox; default-src 'none'/);
      assert.doesNotMatch(headers["content-type"], /html|xml|svg|script/);
      // A download ends the visit of an address with an error; what is shown does not.
      await page.goto(address).catch((error) => assert.match(error.message, /Download is starting|ERR_ABORTED/));
      assert.notEqual(await page.title(), "It ran");
    }
    // What Chromium puts around an image that is shown by itself has no style in a sandbox.
    page.faults = page.faults.filter((fault) => !fault.startsWith("console: Applying inline style"));
    await page.goto(`${portal}/documents/${id}`);
    await heading(page, name);
    await page.waitForLoadState("networkidle");
    assert.notEqual(await page.title(), "It ran");
    // The script would have signed the reader out, and a dialog is a fault of the page.
    await page.goto(`${portal}/documents`);
    await heading(page, "Documents");
    await firm.ask(`/documents/${id}/unshare`, {});
    await close(page);
  });
}

/** Hand in a file and share it with the reader, unless the details say otherwise; its id. */
function share(file, details = {}) {
  return firm.handIn("/documents", { client: reader.client, share: true, ...details }, file);
}

/** The reader at a page of the portal, and how to press what leads on. */
async function visit(path, way) {
  const page = await openPage(browser, { script: way.script, storageState });
  await page.goto(portal + path);
  return { page, press: (role, name) => follow(page, () => way.press(page, page.getByRole(role, { name }).first())) };
}

/** The documents that are listed, in their order. */
function names(page) {
  return page.locator(".files .row-link").allInnerTexts();
}

/** Do something that downloads a file: its name and its bytes. */
async function download(page, act) {
  const [file] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

/** The document is not in the list, and nothing is at its addresses. */
async function assertGone(page, id, name) {
  await page.goto(`${portal}/documents`);
  assert.ok(!(await names(page)).includes(name), `${name} is in the list`);
  for (const path of ["", "/preview", "/download"]) {
    const answer = await page.goto(`${portal}/documents/${id}${path}`);
    assert.equal(answer.status(), 404, path);
    const html = await answer.text();
    assert.ok(!html.includes(name));
    await assertSound(page, { html });
  }
}
