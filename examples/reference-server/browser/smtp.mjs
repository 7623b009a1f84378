// A mail server of its own process, which a test tells what to answer.
import { spawn, spawnSync } from "node:child_process";
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const python = fileURLToPath(new URL("../../../.venv/bin/python", import.meta.url));
const program = fileURLToPath(new URL("smtp.py", import.meta.url));

/** Start one on a free port. By `starttls` and `implicit` it has a certificate that nobody vouches for. */
export async function startMailServer(road) {
  const folder = mkdtempSync(join(tmpdir(), "caseflow-smtp-"));
  const pair = road === "plain" ? [] : certificate(folder);
  const child = spawn(python, [program, folder, road, ...pair], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const port = await Promise.race([
    new Promise((resolve) => lines.once("line", resolve)),
    ended.then((code) => assert.fail(`the mail server ended (${code}): scripts/install api`)),
  ]);
  return {
    port: Number(port),
    certificate: pair[0],
    /** From now on it answers these recipients so, such as `{ "a@b.example": "550 5.1.1 no such mailbox" }`. */
    answer: (answers) => writeFileSync(join(folder, "answers.json"), JSON.stringify(answers)),
    /** What it was asked for: `{ to, answer, secret }`. */
    heard: () => readHeard(join(folder, "heard.jsonl")),
    /** What it took, oldest first, as Python's parser reads it. */
    kept: () => readKept(folder),
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

function certificate(folder) {
  const [certificate, key] = ["certificate.pem", "key.pem"].map((name) => join(folder, name));
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"];
  const made = spawnSync("openssl", [...request, ...names, "-keyout", key, "-out", certificate], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr ?? String(made.error));
  return [certificate, key];
}

function readHeard(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

function readKept(folder) {
  const names = readdirSync(folder).filter((name) => /^\d+\.json$/.test(name));
  return names.sort().map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
}
