// The frame around the server is tested with a stand-in that behaves, and two that do not.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { forget, morning, startServer } from "../server.mjs";

const folder = mkdtempSync(join(tmpdir(), "caseflow-stand-in-"));
const real = process.env.CASEFLOW_SERVER;
const behaves = `
const [host, port] = process.env.CASEFLOW_LISTEN.split(":");
const server = require("http").createServer((request, response) => {
  response.statusCode = request.url === "/readyz" ? 200 : 404;
  response.end(JSON.stringify({ args: process.argv.slice(2), data: process.env.CASEFLOW_DATA_DIR }));
}).listen(Number(port), host);`;

after(() => {
  rmSync(folder, { recursive: true });
  if (real) process.env.CASEFLOW_SERVER = real;
});

function standIn(source) {
  const file = join(folder, "server");
  writeFileSync(file, `#!/usr/bin/env node\n${source}`, { mode: 0o755 });
  process.env.CASEFLOW_SERVER = file;
}

test("a server starts, stops, and goes on with its folder at a later clock", async () => {
  standIn(`${behaves} process.on("SIGTERM", () => server.close(() => process.exit(0)));`);
  const first = await startServer({ database: "sqlite" });
  const seen = await (await fetch(`${first.baseURL}/readyz`)).json();
  assert.deepEqual(seen, { args: ["--clock", morning], data: first.dataDir });
  await first.stop();
  const clock = "2026-05-01T09:00:00Z";
  const later = await startServer({ database: "sqlite", dataDir: first.dataDir, clock });
  const now = await (await fetch(`${later.baseURL}/readyz`)).json();
  assert.deepEqual(now, { args: ["--clock", clock], data: first.dataDir });
  await later.stop();
  forget(later);
});

test("a server that ends at once is reported with what it printed", async () => {
  standIn(`console.log("no such option"); process.exit(2);`);
  await assert.rejects(startServer({ database: "sqlite" }), /ended \(2\) before it answered:\nno such option/);
});

test("a server that does not end well when asked is a fault", async () => {
  standIn(`${behaves} process.on("SIGTERM", () => process.exit(3));`);
  const server = await startServer({ database: "sqlite" });
  await assert.rejects(server.stop(), /did not stop well: 3/);
  forget(server);
});
