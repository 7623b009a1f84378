import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { letter, letters, parse } from "../mail.mjs";

const folder = mkdtempSync(join(tmpdir(), "caseflow-mail-"));
mkdirSync(join(folder, "mail"));
after(() => rmSync(folder, { recursive: true }));

const message = (to, subject, body, encoding = "7bit") =>
  [`To: "Ana" <${to}>`, `Subject: ${subject}`, `Content-Transfer-Encoding: ${encoding}`, "", body].join("\r\n");

test("every encoding of a letter reads the same", () => {
  const address = "https://portal.example.com/set-password/abc_-9";
  const text = `Grüße\n\n${address}\n`;
  const quoted = "Gr=C3=BC=C3=9Fe\r\n\r\nhttps://portal.example.com/set-=\r\npassword/abc_-9\r\n";
  const encoded = Buffer.from(text).toString("base64");
  for (const [body, encoding] of [[text, "8bit"], [quoted, "quoted-printable"], [encoded, "base64"]]) {
    const read = parse(message("ana@example.com", "Hello", body, encoding));
    assert.equal(read.text, text, encoding);
    assert.deepEqual(read.links, [address], encoding);
  }
});

test("a letter's faces and files are read", () => {
  const bytes = Buffer.from([0x25, 0x50, 0x44, 0x46, 0, 0xff, 0x0d, 0x0a, 0x0d, 0x0a]);
  const part = (edge, head, body) => [`--${edge}`, ...head, "", body].join("\r\n");
  const letter = [
    'To: "Ana" <ana@example.com>',
    'Content-Type: multipart/mixed;\r\n boundary="edge"',
    "",
    part(
      "edge",
      ['Content-Type: multipart/alternative;\r\n boundary="inner"'],
      [
        part("inner", ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"], "Gr=C3=BC=C3=9Fe\r\n\r\nAna"),
        part("inner", ["Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: 7bit"], "<p>Ana</p>"),
        "--inner--",
      ].join("\r\n"),
    ),
    part(
      "edge",
      ["Content-Type: application/pdf", 'Content-Disposition: attachment; filename="a.pdf"', "Content-Transfer-Encoding: base64"],
      bytes.toString("base64"),
    ),
    "--edge--",
  ].join("\r\n");
  const { text, html, files } = parse(letter);
  assert.equal(text.trim(), "Grüße\n\nAna");
  assert.equal(html.trim(), "<p>Ana</p>");
  assert.deepEqual(files, [{ name: "a.pdf", kind: "application/pdf", bytes }]);
});

test("a subject in encoded words is put together", () => {
  const subject = `=?utf-8?b?${Buffer.from("Grüße ").toString("base64")}?=\r\n =?utf-8?q?von_M=C3=BCller?=`;
  assert.equal(parse(message("ana@example.com", subject, "")).subject, "Grüße von Müller");
});

test("letters are found by address and subject, the newest last", async () => {
  writeFileSync(join(folder, "mail", "mail_01.eml"), message("ana@example.com", "Set your password", "one"));
  writeFileSync(join(folder, "mail", "mail_02.eml"), message("ana@example.com", "Set your password", "two"));
  writeFileSync(join(folder, "mail", "mail_03.eml"), message("bob@example.com", "Set your password", "three"));
  writeFileSync(join(folder, "mail", "mail_04.tmp"), "half a letter");
  assert.deepEqual(letters(folder, "ana@example.com").map(({ text }) => text), ["one", "two"]);
  assert.equal((await letter(folder, "ana@example.com", /password/)).text, "two");
  await assert.rejects(letter(folder, "ana@example.com", /invoice/, 0.2), /there are: Set your password \| Set your/);
});
