// The main job as a person does it in a browser: by mouse, by keyboard alone, and with script switched off.
// The firm acts through its API; that every place shows the same numbers, the story over HTTP proves.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertSound, close, launch, openPage } from "./lib.mjs";
import { letter } from "./mail.mjs";
import { follow, heading, shows, software, ways } from "./people.mjs";
import { startServer } from "./server.mjs";

const password = "unlikely-umbrella-orchard";
const clockFile = join(mkdtempSync(join(tmpdir(), "caseflow-clock-")), "now");
let browser, server, portal, firm;

before(async () => {
  writeFileSync(clockFile, "");
  browser = await launch();
  server = await startServer({ args: ["--clock-file", clockFile] });
  const [, address, key] = server.log().match(/: (http\S+)\n {2}firm API key: (\S+)/);
  portal = address;
  firm = software(server.baseURL, key);
});

after(async () => {
  await browser.close();
  await server.stop();
});

for (const [n, way] of ways.entries()) {
  test(`from the invitation to the paid invoice, by ${way.name}`, async () => {
    const email = `way${n}@client.example`;
    const contact = await firm.invite(email);
    const page = await openPage(browser, { script: way.script });
    const press = (role, name) => follow(page, () => way.press(page, page.getByRole(role, { name }).first()));
    const field = (label) => page.locator("input").and(page.getByLabel(label, { exact: typeof label === "string" }));
    const type = (label, text) => way.type(page, field(label), text);

    await page.goto((await letter(server.dataDir, email)).links[0]);
    await type("New password", password);
    await type("New password again", password);
    await press("button", "Save password");
    await type("E-mail address", email);
    await type("Password", password);
    await press("button", "Sign in");
    await heading(page, /^Welcome/);
    await shows(page, "You are all caught up");

    const invoice = await firm.issue(contact.client);
    await page.reload();
    await shows(page, "CHF 1,162.50");
    await press("link", /^Invoices/);
    await shows(page.locator("tbody"), "Unpaid");
    await press("link", invoice.number);
    await heading(page, new RegExp(invoice.number));
    await shows(page, "CHF 1,162.50");
    await assertSound(page);
    const pdf = () => download(page, () => way.press(page, page.getByRole("link", { name: "Download PDF" })));
    const first = await pdf();
    assert.equal(first.name, `Invoice ${invoice.number}.pdf`);
    assert.match(first.text, /Amount due +CHF 1,162\.50/);
    const mailed = (await letter(server.dataDir, email, /Invoice/)).files;
    assert.deepEqual(mailed.map(({ name, kind }) => [name, kind]), [[`invoice-${invoice.number}.pdf`, "application/pdf"]]);
    assert.match(readPdf(mailed[0].bytes), /Amount due +CHF 1,162\.50/);

    await firm.pay(invoice.id, { amount_minor: 46_250, currency: "CHF" });
    await page.reload();
    await shows(page, "Partially paid");
    await shows(page, "CHF 700.00");
    assert.match((await pdf()).text, /Amount due +CHF 700\.00/);

    await press("link", /^Invoices/);
    await press("link", "Partially paid");
    await shows(page.locator("tbody"), invoice.number);
    await press("link", "Payment history");
    await shows(page, "CHF 462.50");
    const receipt = await download(page, () => way.press(page, page.getByRole("link", { name: /^Receipt / }).first()));
    assert.match(receipt.name, /^Receipt .*\.pdf$/);
    assert.match(receipt.text, /Amount received +CHF 462\.50/);
    await press("link", "Statement");
    await assertSound(page);
    const button = page.getByRole("button", { name: "Download statement" });
    for (const time of ["once", "once more"]) {
      const statement = await download(page, () => way.press(page, button));
      assert.match(statement.text, /Closing balance .*700\.00/, time);
    }

    await press("link", /^Profile/);
    await type(/^Phone/, "+41 44 000 00 00");
    await press("button", "Save details");
    await press("link", "Change password");
    await type("Current password", password);
    await type("New password", `${password}-2`);
    await type("New password again", `${password}-2`);
    await press("button", "Change password");

    await firm.pay(invoice.id, "balance");
    await press("link", /^Invoices/);
    await shows(page.locator("tbody"), "Paid");
    await press("link", invoice.number);
    await shows(page, "CHF 0.00");

    await press("button", "Sign out");
    await page.goto(`${portal}/invoices`);
    await heading(page, /^Sign in/);
    await close(page);
  });
}

test("the day after the due day an unpaid invoice is overdue", async () => {
  const contact = await firm.invite("late@client.example");
  const page = await openPage(browser);
  await page.goto((await letter(server.dataDir, "late@client.example")).links[0]);
  await page.getByLabel("New password", { exact: true }).fill(password);
  await page.getByLabel("New password again").fill(password);
  await page.getByRole("button", { name: "Save password" }).click();
  const invoice = await firm.issue(contact.client);
  writeFileSync(clockFile, "2026-03-16T23:00:00Z"); // midnight in Zurich
  await new Promise((later) => setTimeout(later, 500));
  await page.getByLabel("E-mail address").fill("late@client.example");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await shows(page, "Overdue");
  await page.goto(`${portal}/invoices?status=overdue`);
  await shows(page.locator("tbody"), invoice.number);
  await close(page);
});

/** Do something that downloads a file: its name and its text. The page stays. */
async function download(page, act) {
  const address = page.url();
  const [file] = await Promise.all([page.waitForEvent("download"), act()]);
  assert.equal(page.url(), address, "the page stays where it is");
  return { name: file.suggestedFilename(), text: readPdf(readFileSync(await file.path())) };
}

function readPdf(bytes) {
  return execFileSync("pdftotext", ["-layout", "-", "-"], { input: bytes, encoding: "utf8" }).replaceAll("\u00a0", " ");
}
