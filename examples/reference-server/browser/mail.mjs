// The letters that a server under test wrote into its folder instead of sending them.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The letters to an address, oldest first: `{ to, subject, text, links }`. */
export function letters(dataDir, address) {
  return messages(join(dataDir, "mail")).filter(({ to }) => to.includes(address));
}

/** The newest letter to an address whose subject matches; the outbox has `seconds` to send it. */
export async function letter(dataDir, address, subject = /./, seconds = 15) {
  for (const deadline = Date.now() + seconds * 1000; ; await new Promise((later) => setTimeout(later, 100))) {
    const found = letters(dataDir, address).filter((one) => subject.test(one.subject)).at(-1);
    if (found) return found;
    if (Date.now() > deadline) {
      const others = letters(dataDir, address).map((one) => one.subject);
      throw new Error(`no letter to ${address} with ${subject} within ${seconds} s; there are: ${others.join(" | ")}`);
    }
  }
}

/** Read a single-part text message (RFC 5322, 2045 and 2047). */
export function parse(message) {
  const [head, ...body] = message.split(/\r?\n\r?\n/);
  const lines = head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/);
  const fields = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())];
    }),
  );
  const encoding = fields.get("content-transfer-encoding") ?? "7bit";
  const text = decode(body.join("\n\n"), encoding.toLowerCase()).replaceAll("\r\n", "\n");
  return {
    date: Date.parse(fields.get("date")),
    to: fields.get("to") ?? "",
    subject: fields.get("subject") ?? "",
    text,
    links: text.match(/https?:\/\/[^\s<>"]+/g) ?? [],
  };
}

// Ids sort by the time at which they were made, and letters are named by them.
function messages(folder) {
  if (!existsSync(folder)) return []; // made with the first letter
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.name.endsWith(".eml"));
  return names
    .map(({ name }) => name)
    .sort()
    .map((name) => parse(readFileSync(join(folder, name), "utf8")));
}

function decode(body, encoding) {
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  if (encoding !== "quoted-printable") return body;
  return fromEscapes(body.replace(/=\r?\n/g, ""));
}

function decodeWords(value) {
  const joined = value.replace(/\?=\s+=\?/g, "?==?");
  return joined.replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how, word) =>
    how.toLowerCase() === "b" ? Buffer.from(word, "base64").toString("utf8") : fromEscapes(word.replaceAll("_", " ")),
  );
}

function fromEscapes(text) {
  const bytes = [];
  for (let at = 0; at < text.length; at += 1) {
    const escape = /^=([0-9A-Fa-f]{2})/.exec(text.slice(at, at + 3));
    if (escape) {
      bytes.push(Buffer.from(escape[1], "hex"));
      at += 2;
    } else {
      bytes.push(Buffer.from(text[at], "utf8"));
    }
  }
  return Buffer.concat(bytes).toString("utf8");
}
