// A client's vault as contacts use it, on a server of its own whose clock the tests move: it asks for the password
// again after five minutes.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { firmsOf } from "./demo.mjs";
import { assertSound, close, launch, openPage, signIn } from "./lib.mjs";
import { chosenPassword as password, follow, heading, settleIn, shows, software, ways } from "./people.mjs";
import { forget, morning, startServer } from "./server.mjs";

const clockFile = join(mkdtempSync(join(tmpdir(), "caseflow-clock-")), "now");
const lease = {
  name: "Lease, signed.pdf",
  bytes: readFileSync(new URL("../src/demo/files/annual-accounts-2025.pdf", import.meta.url)),
};
const bank = {
  name: "Online banking",
  description: "So that we can fetch statements.",
  sign_in: { place: "https://bank.example", account: "brunner-ro", password: "Limmat-78 <b>otter</b>", note: "No tokens." },
};
const safe = { name: "The safe", note: "Right to 21,\nleft to 4." };
const browser = await launch();
const started = Date.now();
let server, muster, firm;
let ahead = 0;

before(async () => {
  writeFileSync(clockFile, "");
  server = await startServer({ args: ["--clock-file", clockFile] });
  [muster] = firmsOf(server.log());
  firm = software(server.baseURL, muster.key);
});

after(async () => {
  await browser.close();
  await server.stop();
  forget(server);
});

for (const [n, way] of ways.entries()) {
  test(`the vault asks for the password again, and leads on to what was wanted, by ${way.name}`, async () => {
    const owner = await member(`locked-${n}`);
    const { page, press, type } = await enter(owner, way);
    await press("link", /^Vault/);
    await heading(page, "Vault");
    await later(6);
    await press("link", "Who opened what");
    await heading(page, "Confirm it is you");
    await assertClosed(page);
    await type("Password", "not this one");
    const answer = page.waitForResponse((one) => one.request().method() === "POST");
    await press("button", "Open the vault");
    await shows(page.getByRole("alert"), "There is a problem");
    await assertClosed(page, { html: await (await answer).text() });
    await type("Password", password);
    await press("button", "Open the vault");
    await heading(page, "Who opened what");
    await assertSound(page);
    assert.deepEqual((await lines(page)).slice(0, 2).map(({ what }) => what), [
      "Opened the vault with the password",
      "Gave a wrong password",
    ]);
    await later(4);
    await press("link", "Vault");
    await heading(page, "Vault");
    await later(2);
    await page.reload();
    await heading(page, "Confirm it is you");
    await close(page);
  });

  test(`a file is downloaded, by ${way.name}`, async () => {
    const owner = await member(`file-${n}`);
    const { page, press } = await enter(owner, way);
    await press("link", /^Vault/);
    assert.deepEqual(await names(page), [safe.name, bank.name, lease.name]);
    await shows(page, bank.description);
    await assertSound(page);
    const row = page.getByRole("row", { name: lease.name });
    const first = await download(page, () => way.press(page, row.getByRole("link", { name: /^Download/ })));
    await press("link", lease.name);
    await heading(page, lease.name);
    await shows(page, "On your device it lies in the clear");
    await assertSound(page);
    const second = await download(page, () => way.press(page, page.getByRole("link", { name: "Download" })));
    for (const file of [first, second]) {
      assert.equal(file.name, lease.name);
      assert.deepEqual(file.bytes, lease.bytes);
    }
    await close(page);
  });

  test(`a secret is shown when it is asked for and hidden again, and the log says so, by ${way.name}`, async () => {
    const owner = await member(`secret-${n}`);
    const { page, press } = await enter(owner, way);
    await press("link", /^Vault/);
    for (const [{ name }, secrets] of [
      [bank, [bank.sign_in.account, bank.sign_in.password, bank.sign_in.note]],
      [safe, [safe.note]],
    ]) {
      await press("link", name);
      await heading(page, name);
      await shows(page, "It is hidden");
      await assertHidden(page, secrets);
      await assertSound(page);
      const answer = page.waitForResponse((one) => one.request().method() === "POST");
      await press("button", "Show");
      for (const secret of secrets) await page.getByText(secret, { exact: true }).waitFor();
      assert.equal((await answer).headers()["cache-control"], "no-store");
      await assertSound(page, { html: await (await answer).text() });
      await press("link", "Hide");
      await shows(page, "It is hidden");
      await assertHidden(page, secrets);
      await press("link", "Vault");
      await heading(page, "Vault");
    }
    await press("link", "Who opened what");
    await heading(page, "Who opened what");
    await assertSound(page);
    const looked = (await lines(page)).filter(({ what }) => what === "Looked at the secret");
    assert.deepEqual(
      looked.map(({ who, item, from }) => [who, item, from]),
      [safe.name, bank.name].map((name) => ["Ana Keller", name, "127.0.0.1"]),
    );
    await close(page);
  });
}

test("a secret hides itself after a minute, and going back does not bring it up again", async () => {
  const owner = await member("timed");
  const { page, press } = await enter(owner, ways[0]);
  await page.clock.install();
  await press("link", /^Vault/);
  await press("link", bank.name);
  await press("button", "Show");
  await page.getByText(bank.sign_in.password, { exact: true }).waitFor();
  await page.clock.fastForward(59_000);
  await page.getByText(bank.sign_in.password, { exact: true }).waitFor();
  await follow(page, () => page.clock.fastForward(2_000));
  await shows(page, "It is hidden");
  await page.goBack();
  await page.waitForLoadState();
  await assertHidden(page, [bank.sign_in.password]);
  await close(page);
});

test("a secret is copied", async () => {
  const owner = await member("copied");
  const { page, press } = await enter(owner, ways[0]);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await press("link", /^Vault/);
  await press("link", bank.name);
  await press("button", "Show");
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), bank.sign_in.password);
  await close(page);
});

test("a secret is not shown once the vault is locked", async () => {
  const owner = await member("late");
  const { page, press, type } = await enter(owner, ways[0]);
  await press("link", /^Vault/);
  await press("link", safe.name);
  await later(6);
  await press("button", "Show");
  await heading(page, "Confirm it is you");
  await assertClosed(page);
  await type("Password", password);
  await press("button", "Open the vault");
  await heading(page, safe.name);
  await assertHidden(page, [safe.note]);
  await close(page);
});

test("the log says who at the firm opened what, and what was done to it", async () => {
  const owner = await member("log");
  await firm.ask(`/vault/${owner.items.bank}`);
  await firm.ask(`/vault/${owner.items.safe}/secret`, { ...safe, note: "Left to 5." });
  const { page, press } = await enter(owner, ways[0]);
  await press("link", /^Vault/);
  await press("link", lease.name);
  await download(page, () => page.getByRole("link", { name: "Download" }).click());
  await page.goto(`${muster.portal}/vault/log`);
  const found = await lines(page);
  assert.deepEqual(
    found.map(({ what, item }) => [what, item]),
    [
      ["Downloaded", lease.name],
      ["Looked at what is there", lease.name],
      ["Looked at what is there", "–"],
      ["Changed", safe.name],
      ["Looked at the secret", bank.name],
      ["Added", safe.name],
      ["Added", bank.name],
      ["Added", lease.name],
    ],
  );
  for (const { who, from } of found.slice(0, 3)) assert.deepEqual([who, from], ["Ana Keller", "127.0.0.1"]);
  for (const { who, from } of found.slice(3)) {
    assert.match(who, /of Muster & Partner$/);
    assert.equal(from, "–", "where staff sit is not told");
  }
  await close(page);
});

test("what is for another contact, or of another client, does not exist, and the try is in its log", async () => {
  const owner = await member("owner");
  const stranger = await member("stranger");
  const colleague = await firm.ask(`/clients/${owner.client}/contacts`, {
    first_name: "Beat",
    last_name: "Keller",
    email: "beat@vault.example",
    primary: false,
    permissions: ["vault"],
  });
  await firm.ask(`/vault/${owner.items.bank}/contacts`, { contacts: [colleague.id] });
  const { page } = await enter(owner, ways[0]);
  await page.goto(`${muster.portal}/vault`);
  assert.deepEqual(await names(page), [safe.name, lease.name]);
  await assertNone(page, owner.items.bank, bank.name);
  await close(page);
  const { page: other } = await enter(stranger, ways[0]);
  await assertNone(other, owner.items.lease, lease.name);
  await close(other);
  const { page: again } = await enter(owner, ways[0]);
  await again.goto(`${muster.portal}/vault/log`);
  const refused = (await lines(again)).filter(({ what }) => what === "Was refused");
  const tries = new Set(refused.map(({ who, from }) => `${who}, ${from}`));
  assert.deepEqual(tries, new Set(["Somebody, –", "Ana Keller, 127.0.0.1"]));
  await close(again);
});

test("without the permission there is no vault", async () => {
  const outsider = await member("outsider", ["invoices"]);
  const { page } = await enter(outsider, ways[0]);
  assert.equal(await page.getByRole("link", { name: /^Vault/ }).count(), 0);
  for (const path of ["", "/log", "/unlock", `/${outsider.items.bank}`, `/${outsider.items.lease}/download`]) {
    const answer = await page.goto(`${muster.portal}/vault${path}`);
    assert.equal(answer.status(), 404, path);
    const html = await answer.text();
    assert.ok(!html.includes(bank.name) && !html.includes(lease.name));
    await assertSound(page, { html });
  }
  await close(page);
});

test("what is taken out is gone, and its name with it", async () => {
  const owner = await member("removed");
  const { page } = await enter(owner, ways[0]);
  await page.goto(`${muster.portal}/vault`);
  await firm.remove(`/vault/${owner.items.safe}`);
  await page.reload();
  assert.deepEqual(await names(page), [bank.name, lease.name]);
  await assertNone(page, owner.items.safe, safe.name);
  await page.goto(`${muster.portal}/vault/log`);
  assert.deepEqual((await lines(page)).find(({ what }) => what === "Removed").item, "–");
  assert.ok(!(await page.content()).includes(safe.name));
  await close(page);
});

for (const name of ["page.html", "drawing.svg", "plan.png", "accounts.pdf"]) {
  test(`a file of the vault is never shown in the portal: ${name}`, async () => {
    const owner = await member(name);
    const markup = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert("It ran")</script></svg>`;
    const id = await firm.handIn("/vault/files", { client: owner.client }, { name: `../"${name}`, bytes: markup });
    const { page } = await enter(owner, ways[0]);
    const answer = await page.request.get(`${muster.portal}/vault/${id}/download`);
    const headers = answer.headers();
    assert.match(headers["content-disposition"], /^attachment; /);
    assert.equal(headers["content-type"], "application/octet-stream");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["content-security-policy"], "sandbox; default-src 'none'");
    assert.equal(headers["cache-control"], "no-store");
    await page.goto(`${muster.portal}/vault/${id}`);
    const file = await download(page, () => page.getByRole("link", { name: "Download" }).click());
    assert.equal(file.name, name);
    await close(page);
  });
}

/** A contact who has settled in, with a file, data to sign in and a note in the client's vault. */
async function member(name, sections = ["vault"]) {
  const email = `${name}@vault.example`;
  const { client } = await firm.invite(email, sections);
  await settleIn(browser, muster, server.dataDir, email);
  const items = {
    lease: await firm.handIn("/vault/files", { client }, lease),
    bank: (await firm.ask("/vault/secrets", { client, ...bank })).id,
    safe: (await firm.ask("/vault/secrets", { client, ...safe })).id,
  };
  return { email, client, items };
}

/** The contact signed in just now, and how to work the pages. */
async function enter({ email }, way) {
  const page = await openPage(browser, { script: way.script });
  await signIn(page, { baseURL: muster.portal, email, password });
  return {
    page,
    press: (role, name) => follow(page, () => way.press(page, page.getByRole(role, { name }).first())),
    type: (label, text) => way.type(page, page.getByLabel(label, { exact: true }), text),
  };
}

/** So many minutes later. */
async function later(minutes) {
  ahead += minutes * 60_000;
  const leaps = () => server.log().split("the clock was set").length;
  const before = leaps();
  // The clock runs on between the leaps, and leaps forward only.
  writeFileSync(clockFile, new Date(Date.parse(morning) + Date.now() - started + ahead).toISOString());
  while (leaps() === before) await new Promise((soon) => setTimeout(soon, 50));
}

/** The items that are listed, in their order. */
function names(page) {
  return page.locator("main .row-link").allInnerTexts();
}

/** The lines of the log that is shown. */
async function lines(page) {
  const rows = await page.locator("main tbody tr").all();
  return Promise.all(rows.map(async (row) => {
    const [who, what, item, from] = await row.locator("td").allInnerTexts();
    return { who, what, item, from };
  }));
}

/** Nothing of the vault is on the page that asks for the password. */
async function assertClosed(page, answer) {
  const html = await page.content();
  for (const { name } of [lease, bank, safe]) assert.ok(!html.includes(name), `${name} is on the page`);
  await assertSound(page, answer);
}

async function assertHidden(page, secrets) {
  const text = await page.locator("main").innerText();
  for (const secret of secrets) assert.ok(!text.includes(secret), "the secret is on the page");
}

/** Nothing is at the item's addresses. */
async function assertNone(page, id, name) {
  for (const path of ["", "/download"]) {
    const answer = await page.goto(`${muster.portal}/vault/${id}${path}`);
    assert.equal(answer.status(), 404, path);
    assert.ok(!(await answer.text()).includes(name));
  }
}

/** Do something that downloads a file: its name and its bytes. */
async function download(page, act) {
  const [file] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}
