// Signing contracts, declining them, and what becomes of the signed copy.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { baseURL, dataDir, muster } from "./demo.mjs";
import { assertSound, close, inEveryView, launch, openPage, views } from "./lib.mjs";
import { letter } from "./mail.mjs";
import { follow, heading, settleIn, shows, software, ways } from "./people.mjs";

const email = "signer@client.example";
const office = "office@muster-partner.example";
const firm = software(baseURL, muster.key);
const read = (path) => readFileSync(new URL(path, import.meta.url));
const upload = read("../src/demo/lease.pdf");
const foreign = read("../../../caseflow-core/tests/seal/data/rsa.pdf");
let browser, signer, storageState;

before(async () => {
  browser = await launch();
  signer = await firm.invite(email, ["contracts"]);
  storageState = await settleIn(browser, muster, dataDir, email);
});

after(() => browser.close());

for (const way of ways) {
  test(`from the list to the signed copy, by ${way.name}`, async () => {
    const title = `Signed by ${way.name}`;
    const id = await firm.contract(signer.client, title);
    await letter(dataDir, email, new RegExp(title));
    const page = await openPage(browser, { script: way.script, storageState });
    const press = (role, name) => follow(page, () => way.press(page, page.getByRole(role, { name }).first()));
    await page.goto(`${muster.portal}/contracts`);
    await shows(page, "Waiting for your signature");
    await assertSound(page);
    await press("link", title);
    await heading(page, title);
    await shows(page, "The firm advises the client.");
    await assertSound(page);
    await way.type(page, page.getByLabel("Type your full name"), "  Ana Keller ");
    await way.tick(page, page.getByLabel(/I have read this contract/));
    await press("button", "Sign this contract");
    await heading(page, title);
    await sealed(page);
    await assertSound(page);
    const { status, signature, copy } = await firm.ask(`/contracts/${id}`);
    assert.equal(status, "signed");
    assert.equal(signature.typed, "Ana Keller");
    assert.equal(signature.time_zone, way.script ? "UTC" : null);
    const first = await download(page, id);
    assert.deepEqual(await download(page, id), first, "the same bytes each time");
    assert.equal(createHash("sha256").update(first).digest("hex"), copy.file.sha256);
    await letter(dataDir, office, new RegExp(`A contract was signed: ${title}`));
    await letter(dataDir, email, new RegExp(`Your signed copy: ${title}`));
    await close(page);
  });

  test(`a contract is declined, by ${way.name}`, async () => {
    const title = `Not signed by ${way.name}`;
    const id = await firm.contract(signer.client, title);
    const page = await openPage(browser, { script: way.script, storageState });
    const press = (role, name) => follow(page, () => way.press(page, page.getByRole(role, { name }).first()));
    await page.goto(`${muster.portal}/contracts/${id}`);
    await press("link", "Decline to sign");
    await heading(page, "Decline to sign");
    await assertSound(page);
    await way.type(page, page.getByLabel("Reason"), "The notice is too long.");
    await press("button", "Decline to sign");
    await heading(page, title);
    await shows(page, "The notice is too long.");
    await assertSound(page);
    const { status, declined } = await firm.ask(`/contracts/${id}`);
    assert.equal(status, "declined");
    assert.equal(declined.reason, "The notice is too long.");
    await letter(dataDir, office, new RegExp(title));
    await close(page);
  });
}

test("an uploaded file is signed with the pages that it had", async () => {
  const title = "Uploaded";
  const id = await firm.contract(signer.client, title, { text: null, file: upload.toString("base64") });
  const page = await openPage(browser, { storageState });
  await page.goto(`${muster.portal}/contracts/${id}`);
  await assertSound(page);
  await sign(page);
  const copy = await download(page, id);
  assert.deepEqual(copy.subarray(0, upload.length), upload, "the upload itself, to the byte");
  await close(page);
});

test("a form that is not filled in is asked for again, and what was typed stays", async () => {
  const id = await firm.contract(signer.client, "Half filled in");
  const page = await openPage(browser, { storageState });
  await page.goto(`${muster.portal}/contracts/${id}`);
  await page.locator("main form").first().evaluate((form) => (form.noValidate = true));
  await page.getByLabel("Type your full name").fill("Ana Keller");
  const answer = page.waitForResponse((one) => one.request().method() === "POST");
  await follow(page, () => page.getByRole("button", { name: "Sign this contract" }).click());
  assert.equal((await answer).status(), 422);
  assert.equal(await page.getByLabel("Type your full name").inputValue(), "Ana Keller");
  await shows(page, "Agree to the terms of electronic signature");
  await assertSound(page, { html: await (await answer).text() });
  assert.equal((await firm.ask(`/contracts/${id}`)).status, "sent");
  await close(page);
});

test("a double click is one signature", async () => {
  const id = await firm.contract(signer.client, "Clicked twice");
  const page = await openPage(browser, { storageState });
  await page.goto(`${muster.portal}/contracts/${id}`);
  await fill(page);
  await page.getByRole("button", { name: "Sign this contract" }).dblclick();
  await sealed(page);
  assert.equal((await firm.ask(`/contracts/${id}`)).status, "signed");
  await close(page);
});

test("d23 the verify page tells the five kinds of files apart", async () => {
  const id = await firm.contract(signer.client, "To be checked");
  const page = await openPage(browser, { storageState });
  await page.goto(`${muster.portal}/contracts/${id}`);
  await sign(page);
  const ours = await download(page, id);
  await close(page);
  const altered = Buffer.from(ours);
  altered[Math.floor(altered.length / 3)] ^= 1;
  const appended = Buffer.concat([ours, Buffer.from("\n% more\n")]);
  const kinds = [
    ["Genuine and unchanged", "ours", ours],
    ["Not as it was signed", "altered", altered],
    ["Not as it was signed", "altered", appended],
    ["Signed by somebody else", "another_issuers", foreign],
    ["Not signed", "no_signature", upload],
    ["Not a PDF file", "not_a_pdf", Buffer.from("hello")],
  ];
  for (const [words, verdict, buffer] of kinds) {
    assert.equal((await verify(buffer)).verdict, verdict, words);
  }
  const wanted = views.filter(({ script, width, scheme }) => script || (width === 390 && scheme === "light"));
  await inEveryView(
    browser,
    async (view) => {
      for (const [words, , buffer] of kinds) {
        await view.goto(`${muster.portal}/verify`);
        await view.getByLabel("Signed copy").setInputFiles({ name: "copy.pdf", mimeType: "application/pdf", buffer });
        const answer = view.waitForResponse((one) => one.request().method() === "POST");
        await follow(view, () => view.getByRole("button", { name: "Check this file" }).click());
        await view.getByRole("heading", { level: 2, name: words }).waitFor();
        await assertSound(view, { html: await (await answer).text() });
      }
    },
    wanted,
  );
});

/** Type the name and agree to the terms. */
async function fill(page) {
  await page.getByLabel("Type your full name").fill("Ana Keller");
  await page.getByLabel(/I have read this contract/).check();
}

async function sign(page) {
  await fill(page);
  await follow(page, () => page.getByRole("button", { name: "Sign this contract" }).click());
  await sealed(page);
}

/** The copy is there; a page that still waits for it looks again by itself. */
async function sealed(page) {
  await page.getByRole("link", { name: "Download signed copy" }).waitFor();
}

/** The signed copy, as the contact's browser gets it. */
async function download(page, id) {
  const answer = await page.context().request.get(`${muster.portal}/contracts/${id}/signed`);
  assert.equal(answer.status(), 200);
  assert.match(answer.headers()["cache-control"], /no-store/);
  return answer.body();
}

async function verify(body) {
  const headers = { "content-type": "application/pdf" };
  const answer = await fetch(`${muster.portal}/api/v1/verify`, { method: "POST", headers, body });
  assert.equal(answer.status, 200);
  return answer.json();
}
