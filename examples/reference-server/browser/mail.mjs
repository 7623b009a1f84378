// The letters that a server under test wrote into its folder instead of sending them.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The letters to an address, oldest first: `{ to, subject, text, html, links, files }`. */
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

/** Read a message (RFC 5322, 2045, 2046 and 2047): a text, the same as HTML, perhaps with files enclosed. */
export function parse(message) {
  const whole = entity(message);
  const { fields } = whole;
  const parts = leaves(whole);
  const words = (kind) => {
    const part = parts.find((it) => (it.fields.get("content-type") ?? "text/plain").startsWith(kind) && !fileName(it));
    return part ? decode(part.body, encodingOf(part.fields)).toString("utf8").replaceAll("\r\n", "\n") : "";
  };
  const text = words("text/plain");
  return {
    date: Date.parse(fields.get("date")),
    to: fields.get("to") ?? "",
    subject: fields.get("subject") ?? "",
    text,
    html: words("text/html"),
    links: text.match(/https?:\/\/[^\s<>"]+/g) ?? [],
    files: parts.filter(fileName).map((part) => ({
      name: fileName(part),
      kind: part.fields.get("content-type"),
      bytes: decode(part.body, encodingOf(part.fields)),
    })),
  };
}

/** The parts that are no multipart, in order. */
function leaves(part) {
  const boundary = /^multipart\/.*boundary="([^"]+)"/s.exec(part.fields.get("content-type") ?? "")?.[1];
  if (!boundary) return [part];
  const parts = `\n${part.body}`.split(`\n--${boundary}`).slice(1, -1);
  return parts.flatMap((inner) => leaves(entity(inner.replace(/^[ \t]*\r?\n/, ""))));
}

function fileName(part) {
  return /filename="([^"]+)"/.exec(part.fields.get("content-disposition"))?.[1];
}

/** Header fields and body. */
function entity(message) {
  const [head, ...body] = message.split(/\r?\n\r?\n/);
  const lines = head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/);
  const fields = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())];
    }),
  );
  return { fields, body: body.join("\n\n") };
}

function encodingOf(fields) {
  return (fields.get("content-transfer-encoding") ?? "7bit").toLowerCase();
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
  if (encoding === "base64") return Buffer.from(body, "base64");
  if (encoding !== "quoted-printable") return Buffer.from(body, "utf8");
  return Buffer.from(fromEscapes(body.replace(/=\r?\n/g, "")), "utf8");
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
