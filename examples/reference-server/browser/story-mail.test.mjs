// Mail as people receive it, and as staff see it when they do not: through a mail server that nobody here wrote.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { software } from "./people.mjs";
import { forget, morning, startServer } from "./server.mjs";
import { startMailServer } from "./smtp.mjs";

const folder = mkdtempSync(join(tmpdir(), "caseflow-clock-"));
after(() => rmSync(folder, { recursive: true }));

test("by a mail server in clear on this machine", async (t) => {
  const post = await startMailServer("plain");
  const house = await open(`smtp://127.0.0.1:${post.port}`);
  const { firm } = house;

  await t.test("a letter arrives with both faces, and its file byte for byte", async () => {
    const client = await firm.ask("/clients", { name: "Brüder Łukasz & Söhne" });
    const email = "zoe@client.example";
    await firm.ask(`/clients/${client.id}/contacts`, {
      first_name: "Zoë",
      last_name: "Müller-Łukasz 山田",
      email,
      primary: true,
      permissions: ["invoices"],
      mail: ["invoices"],
    });
    const invoice = await firm.issue(client.id);
    const letter = await arrived(post, email);
    assert.deepEqual(letter.defects, []);
    assert.deepEqual(letter.to, [["Zoë Müller-Łukasz 山田", email]]);
    assert.deepEqual(letter.recipients, [email]);
    assert.deepEqual(letter.tree, ["multipart/mixed", ["multipart/alternative", "text/plain", "text/html"], "application/pdf"]);
    const { fields } = letter;
    assert.equal(fields["auto-submitted"], "auto-generated");
    assert.equal(fields["content-language"], "en");
    assert.match(fields["message-id"], /^<mail_\w{26}@/);
    assert.match(fields.subject, new RegExp(`^Invoice ${invoice.number} from `));
    const [address] = letter.text.match(/^https?:\/\/\S+$/m);
    assert.match(letter.text, /^Dear Zoë Müller-Łukasz 山田,/);
    assert.match(letter.html, /Dear Zoë Müller-Łukasz 山田,/);
    assert.ok(letter.html.includes(`href="${address}"`) && letter.html.includes(`>${address}</a>`), letter.html);
    const [file, ...more] = letter.files;
    assert.deepEqual([file.name, file.kind, more], [`invoice-${invoice.number}.pdf`, "application/pdf", []]);
    const enclosed = Buffer.from(file.base64, "base64");
    const answered = await house.pdf(invoice.id);
    assert.equal(enclosed.length, answered.length);
    assert.ok(timeless(enclosed) === timeless(answered), "the enclosed file is not the one that the API answers");
    await house.forgotten(email);
  });

  await t.test("who is asked to come back later does, at growing intervals", async () => {
    const email = "busy@client.example";
    post.answer({ [email]: "451 4.7.1 greylisted, come back later" });
    const begin = await house.leap(house.now() + 3_600_000);
    await firm.invite(email);
    const first = await house.mail(email, (mail) => mail.version === 2);
    assert.deepEqual([first.state, first.tries], ["waiting", 1]);
    assert.equal(first.kind, "set_password");
    assert.match(first.failure, /^The mail server did not take it this time: .+ \(451 4\.7\.1\)\.$/);
    const minutes = (mail, since) => Math.floor((Date.parse(mail.next_try) - since) / 60_000);
    assert.equal(minutes(first, begin), 1, `${first.next_try} is a minute after ${new Date(begin).toISOString()}`);
    await quiet();
    assert.equal(post.heard().filter(({ to }) => to === email).length, 1, "tried again before its time");
    const later = await house.leap(Date.parse(first.next_try) + 1_000);
    const second = await house.mail(email, (mail) => mail.version === 3);
    assert.equal(second.tries, 2);
    assert.equal(minutes(second, later), 2, `${second.next_try} is two minutes after ${new Date(later).toISOString()}`);
    post.answer({});
    await house.leap(Date.parse(second.next_try) + 1_000);
    const letter = await arrived(post, email);
    assert.match(letter.text, /\/set-password\/\S{43}\n/);
    await house.forgotten(email);
    assert.equal(await house.status(`/mails/${first.id}`), 404);
  });

  await t.test("a refusal is a dead letter, which staff see and try again", async () => {
    const email = "gone@client.example";
    post.answer({ [email]: "550 5.1.1 no such mailbox: https://portal.example/set-password/quoted-by-the-server" });
    await firm.invite(email);
    const dead = await house.mail(email, (mail) => mail.state === "dead", "dead");
    assert.deepEqual([dead.tries, dead.next_try], [1, null]);
    assert.equal(dead.failure, "The mail server refused it: there is no such mailbox (550 5.1.1).");
    assert.match(house.server.log(), /mails were given up/);
    assert.doesNotMatch(house.server.log() + JSON.stringify(dead), /quoted-by-the-server/);
    await house.leap(house.now() + 7 * 86_400_000);
    await quiet();
    assert.equal(post.heard().filter(({ to }) => to === email).length, 1, "a dead letter was tried again by itself");
    post.answer({});
    await firm.ask(`/mails/${dead.id}/retry`, {});
    const letter = await arrived(post, email);
    assert.match(letter.text, /\/set-password\/\S{43}\n/);
  });

  await house.close();
  await post.stop();
});

for (const [road, url] of [["starttls", (port) => `smtp://localhost:${port}?tls=required`], ["implicit", (port) => `smtps://localhost:${port}`]]) {
  test(`nothing is sent to a server whose certificate nobody vouches for, by ${road} TLS`, async () => {
    const post = await startMailServer(road);
    const wary = await open(url(post.port));
    await wary.firm.invite("ana@client.example");
    const waiting = await wary.mail("ana@client.example", (mail) => mail.version === 2);
    assert.match(waiting.failure, /could not be made secret, so nothing was sent/);
    assert.deepEqual(post.heard(), []);
    await wary.close();

    const trusting = await open(url(post.port), { SSL_CERT_FILE: post.certificate });
    await trusting.firm.invite("ana@client.example");
    const letter = await arrived(post, "ana@client.example");
    assert.deepEqual(letter.tree, ["multipart/alternative", "text/plain", "text/html"]);
    assert.ok(post.heard().every(({ secret }) => secret), "in clear");
    await trusting.close();
    await post.stop();
  });
}

test("nothing is sent in clear to a server that offers no TLS, when TLS is asked for", async () => {
  const post = await startMailServer("plain");
  const house = await open(`smtp://localhost:${post.port}?tls=required`);
  await house.firm.invite("ana@client.example");
  const waiting = await house.mail("ana@client.example", (mail) => mail.version === 2);
  assert.match(waiting.failure, /could not be made secret, so nothing was sent/);
  assert.deepEqual(post.heard(), []);
  await house.close();
  await post.stop();
});

let houses = 0;

/** A server that sends by this mail server, with a clock that leaps. */
async function open(url, env = {}) {
  houses += 1;
  const clockFile = join(folder, `now-${houses}`);
  writeFileSync(clockFile, "");
  let began = Date.now();
  let at = Date.parse(morning);
  const server = await startServer({ args: ["--clock-file", clockFile], env: { CASEFLOW_SMTP_URL: url, ...env } });
  const [, key] = server.log().match(/firm API key: (\S+)/);
  const firm = software(server.baseURL, key);
  const get = (path) => fetch(`${server.baseURL}/firm/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } });
  return {
    server,
    firm,
    /** About the time that the server's clock shows. */
    now: () => at + (Date.now() - began),
    /** Sets the clock, and waits until the server has followed. */
    async leap(to) {
      const leaps = () => server.log().split("the clock was set").length;
      const before = leaps();
      writeFileSync(clockFile, new Date(to).toISOString());
      await until(() => leaps() >= before + server.servers, "a leap of the clock");
      [at, began] = [to, Date.now()];
      return to;
    },
    status: async (path) => (await get(path)).status,
    pdf: async (invoice) => Buffer.from(await (await get(`/invoices/${invoice}/pdf`)).arrayBuffer()),
    /** The mail to this address that has not left, once it is as wanted. */
    mail: (address, wanted, state = "waiting") =>
      until(async () => {
        const { data } = await firm.ask(`/mails?state=${state}&limit=100`);
        return data.find((mail) => mail.address === address && wanted(mail));
      }, `a mail to ${address} that is ${state}`),
    /** Until no mail to this address is kept, for all were sent. */
    forgotten: (address) =>
      until(async () => {
        const { data } = await firm.ask("/mails?limit=100");
        return data.every((mail) => mail.address !== address);
      }, `no mail to ${address} any more`),
    async close() {
      await server.stop();
      forget(server);
    },
  };
}

/** The newest letter to this address. */
function arrived(post, address) {
  return until(() => post.kept().filter(({ recipients }) => recipients.includes(address)).at(-1), `a letter to ${address}`);
}

async function until(found, what) {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(100)) {
    const it = await found();
    if (it) return it;
  }
  assert.fail(`${what} within 20 s`);
}

/** A PDF file, one character a byte, without the second in which it was made and what is computed from that. */
function timeless(file) {
  const text = file.toString("latin1");
  return text.replace(/(CreateDate>|CreationDate\(D:)[\d:TZ-]+|\/ID\[[^\]]+\]/g, "");
}

/** Two rounds of the outbox and a half. */
const quiet = () => sleep(2_500);

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
