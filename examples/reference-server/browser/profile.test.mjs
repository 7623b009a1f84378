// What contacts change about themselves, where they are signed in, and which announcements they put away.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { baseURL, dataDir, keller, muster, signedIn } from "./demo.mjs";
import { assertSound, close, launch, openPage, signIn } from "./lib.mjs";
import { letter, letters } from "./mail.mjs";
import { chosenPassword, follow, heading, settleIn, shows, software, ways } from "./people.mjs";

const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:148.0) Gecko/20100101 Firefox/148.0";
const firm = software(baseURL, muster.key);
const { portal } = muster;
const people = [];
let browser;

// Somebody of their own for each way: name, address and password change as the tests go on.
before(async () => {
  browser = await launch();
  for (const n of ways.keys()) {
    const email = `profile-${n}@client.example`;
    const { id, client } = await firm.invite(email, ["invoices", "contracts"]);
    const storageState = await settleIn(browser, muster, dataDir, email);
    people.push({ id, client, email, password: chosenPassword, storageState });
  }
});

after(() => browser.close());

for (const [n, way] of ways.entries()) {
  const onFile = () => firm.ask(`/contacts/${people[n].id}`);

  test(`name and phone are changed, by ${way.name}`, async () => {
    const { page, type, press } = await visit(n, "/dashboard");
    await press("link", /^Profile/);
    await heading(page, "Profile");
    await assertSound(page);
    await type("First name", "Anna-Lena");
    await type("Last name", "Keller-Øst");
    await type(/^Phone/, "+41 44 555 09 09");
    await press("button", "Save details");
    await shows(page.getByRole("status"), "Your details are saved.");
    await assertSound(page);
    const { first_name, last_name, phone, email } = await onFile();
    assert.deepEqual([first_name, last_name, phone, email], ["Anna-Lena", "Keller-Øst", "+41 44 555 09 09", people[n].email]);
    await press("link", /^Dashboard/);
    await heading(page, "Welcome, Anna-Lena");
    await close(page);
  });

  test(`a new address counts once its mailed link is opened, and the old one is told, by ${way.name}`, async () => {
    const { email: old } = people[n];
    const fresh = `fresh-${n}@client.example`;
    const { page, type, press } = await visit(n, "/profile");
    await type("E-mail address", fresh);
    await press("button", "Save details");
    await shows(page.getByRole("status"), "Your e-mail address changes once you open the link");
    assert.equal(await page.getByLabel("E-mail address").inputValue(), old);
    const [link] = (await letter(dataDir, fresh)).links;
    assert.equal((await onFile()).email, old);
    const before = letters(dataDir, old).length;
    await page.goto(link);
    await heading(page, "Confirm your e-mail address");
    await assertSound(page);
    assert.equal((await onFile()).email, old, "looking changes nothing");
    await press("button", "Confirm this address");
    await shows(page.getByRole("status"), "Your new e-mail address counts from now on.");
    await assertSound(page);
    people[n].email = fresh;
    assert.equal((await onFile()).email, fresh);
    assert.match((await letter(dataDir, old, /address was changed/)).text, new RegExp(fresh));
    assert.equal(letters(dataDir, old).length, before + 1, "told once");
    const again = await page.goto(link);
    await heading(page, "This link no longer works");
    await assertSound(page, { html: await again.text() });
    await close(page);
    await close(await elsewhere(n));
  });

  test(`a session elsewhere is ended, by ${way.name}`, async () => {
    const other = await elsewhere(n, firefox);
    const { page, press } = await visit(n, "/profile");
    const there = page.locator(".sessions li").filter({ hasText: "Firefox on Windows" });
    assert.equal(await there.count(), 1);
    assert.match(await page.locator(".sessions li").first().innerText(), /Chrome on Linux\s*This device/);
    await assertSound(page);
    await press("button", /^Sign out Firefox on Windows/);
    await shows(page.getByRole("status"), "You are signed out there.");
    assert.equal(await there.count(), 0);
    await assertSound(page);
    await assertOut(other);
    await close(page);
  });

  test(`all other sessions are ended at once, by ${way.name}`, async () => {
    const others = [await elsewhere(n, firefox), await elsewhere(n)];
    const { page, press } = await visit(n, "/profile");
    await press("button", "Sign out everywhere else");
    await shows(page.getByRole("status"), "You are signed out everywhere else.");
    assert.equal(await page.locator(".sessions li").count(), 1);
    for (const other of others) await assertOut(other);
    await close(page);
  });

  test(`e08 another password ends all other sessions, by ${way.name}`, async () => {
    const { email, password: old } = people[n];
    const other = await elsewhere(n, firefox);
    const { page, type, press } = await visit(n, "/profile");
    await press("link", "Change password");
    await heading(page, "Change password");
    await assertSound(page);
    const change = async (current, next) => {
      await type("Current password", current);
      await type("New password", next);
      await type("New password again", next);
      await press("button", "Change password");
    };
    await change(old, old);
    await shows(page.getByRole("alert"), "There is a problem");
    await change(old, `${old}-${n}`);
    await shows(page.getByRole("status"), "Your password is changed.");
    await assertSound(page);
    people[n].password = `${old}-${n}`;
    await letter(dataDir, email, /password/i);
    await assertOut(other);
    await page.goto(`${portal}/dashboard`);
    await heading(page, /^Welcome/);
    await close(page);
    const stranger = await openPage(browser);
    await assert.rejects(signIn(stranger, { baseURL: portal, email, password: old }), /not signed in/);
    await close(stranger);
    await close(await elsewhere(n));
  });

  test(`an announcement is put away for oneself alone, by ${way.name}`, async () => {
    const title = `Closed on Friday, says ${way.name}`;
    const next = (n + 1) % ways.length;
    const audience = [people[n].client, people[next].client];
    await firm.ask("/announcements", { title, body: "We are back\non Monday.", audience });
    const { page, press } = await visit(n, "/dashboard");
    await shows(page.locator(".announcement"), title);
    await assertSound(page);
    await press("button", `Dismiss ${title}`);
    await heading(page, /^Welcome/);
    assert.ok(!(await headlines(page)).includes(title));
    await page.reload();
    assert.ok(!(await headlines(page)).includes(title));
    await assertSound(page);
    await close(page);
    const { page: colleague } = await visit(next, "/dashboard");
    assert.ok((await headlines(colleague)).includes(title));
    await close(colleague);
  });

  test(`language, direction and mails are chosen, by ${way.name}`, async () => {
    const { client, email } = people[n];
    const { page, press } = await visit(n, "/profile");
    await way.choose(page, page.getByLabel("Language", { exact: true }), "Deutsch");
    await way.choose(page, page.getByLabel("Direction of the text"), "Right to left");
    await way.untick(page, page.getByRole("checkbox", { name: "Invoices" }));
    await press("button", "Save settings");
    await shows(page.getByRole("status"), "Your language and mail settings are saved.");
    assert.equal(await page.locator("html").getAttribute("dir"), "rtl");
    await assertSound(page);
    const { language, direction, mail } = await onFile();
    assert.deepEqual([language, direction, mail], ["de", "rtl", ["contracts"]]);
    const invoice = await firm.issue(client);
    const title = `Mandate of ${email}`;
    await firm.contract(client, title);
    // Mails leave in the order in which they were written.
    await letter(dataDir, email, new RegExp(title));
    const told = letters(dataDir, email).filter(({ subject, text }) => `${subject}${text}`.includes(invoice.number));
    assert.deepEqual(told, [], "no mail about the invoice");
    await close(page);
  });
}

test("announcements are shown in their time, to those whom they are for", async () => {
  const shown = async (at, email) => {
    const page = await openPage(browser, { storageState: await signedIn(browser, at, email) });
    await page.goto(`${at.portal}/dashboard`);
    const found = await headlines(page);
    await close(page);
    return found;
  };
  const closed = "Closed between the years";
  assert.deepEqual(await shown(muster, "luc@brunner.example"), ["Your annual meeting", closed]);
  assert.deepEqual(await shown(muster, "layla@alnoor.example"), [closed]);
  assert.ok((await shown(keller, "grace@harbor-bakery.example")).includes("Your bookkeeping export"));
});

test("an announcement begins and ends when the firm says so", async () => {
  const title = "Here for a while";
  const { id } = await firm.ask("/announcements", {
    title,
    body: "From now on.",
    audience: [people[0].client],
    from: "2026-04-01T00:00:00Z",
  });
  const { page } = await visit(0, "/dashboard");
  const sees = async () => {
    await page.reload();
    return (await headlines(page)).includes(title);
  };
  assert.equal(await sees(), false);
  await firm.amend(`/announcements/${id}`, { from: "2026-03-01T00:00:00Z" });
  assert.equal(await sees(), true);
  await firm.amend(`/announcements/${id}`, { until: "2026-03-02T08:59:59Z" });
  assert.equal(await sees(), false);
  await close(page);
});

/** Somebody at a page of the portal, and how they work it. */
async function visit(n, path) {
  const { script, press, type } = ways[n];
  const page = await openPage(browser, { script, storageState: people[n].storageState });
  await page.goto(portal + path);
  return {
    page,
    press: (role, name) => follow(page, () => press(page, page.getByRole(role, { name }).first())),
    type: (label, text) =>
      type(page, page.locator("input").and(page.getByLabel(label, { exact: typeof label === "string" })), text),
  };
}

/** The same person signed in once more, in another browser. */
async function elsewhere(n, userAgent) {
  const { email, password } = people[n];
  const page = await openPage(browser, { userAgent });
  await signIn(page, { baseURL: portal, email, password });
  return page;
}

/** The page's session is over. */
async function assertOut(page) {
  await page.goto(`${portal}/dashboard`);
  await heading(page, /^Sign in/);
  await close(page);
}

function headlines(page) {
  return page.locator(".announcement h3").allInnerTexts();
}
