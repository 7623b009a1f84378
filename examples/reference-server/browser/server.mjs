// The reference server under test: started on a free port with a fresh data folder, a set clock and a database of its own.
//
// In a test:      const server = await startServer({ clock: "2026-03-02T09:00:00Z" }); … await server.stop();
// On a command:   node server.mjs [--database sqlite|postgres] -- command …   (CASEFLOW_BASE_URL names the server)
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");

/** A Monday morning, when no test says another time. */
export const morning = "2026-03-02T09:00:00Z";

let databases = 0;

/**
 * Start the server and wait until it answers. `dataDir` and `databaseURL` of an earlier one carry its records over:
 * so a story goes on at a later clock.
 */
export async function startServer({
  clock = morning,
  database = process.env.CASEFLOW_DATABASE ?? "sqlite",
  dataDir = mkdtempSync(join(tmpdir(), "caseflow-")),
  databaseURL = database === "postgres" ? createDatabase() : undefined,
  args = [],
  env = {},
} = {}) {
  const port = await freePort();
  const baseURL = `http://127.0.0.1:${port}`;
  const logFile = join(dataDir, `server-${port}.log`);
  const log = openSync(logFile, "a");
  const child = spawn(program(), ["--clock", clock, ...args], {
    env: {
      ...withoutSettings(process.env),
      CASEFLOW_LISTEN: `127.0.0.1:${port}`,
      CASEFLOW_DATA_DIR: dataDir,
      ...(databaseURL ? { CASEFLOW_DATABASE_URL: databaseURL } : {}),
      ...env,
    },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? code));
  });
  const server = {
    baseURL,
    clock,
    dataDir,
    database,
    databaseURL,
    /** What the server has printed so far. */
    log: () => readFileSync(logFile, "utf8"),
    /** Ask it to stop, as a service manager does; one that does not within ten seconds is a fault. */
    async stop() {
      child.kill("SIGTERM");
      const how = await Promise.race([ended, sleep(10_000).then(() => "still running after SIGTERM")]);
      if (how !== 0) child.kill("SIGKILL");
      assert.equal(how, 0, `the server did not stop well: ${how}\n${server.log()}`);
    },
    /** Stop without asking: a crash, as far as the server can tell. */
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
  await answers(server, ended);
  return server;
}

/** Remove what a stopped server left on disk. */
export function forget(server) {
  rmSync(server.dataDir, { recursive: true, force: true });
}

async function answers(server, ended) {
  let end;
  ended.then((how) => (end = how));
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(50)) {
    if (end !== undefined) throw new Error(`the server ended (${end}) before it answered:\n${server.log()}`);
    const response = await fetch(`${server.baseURL}/readyz`).catch(() => undefined);
    if (response?.ok) return;
  }
  await server.kill();
  throw new Error(`the server did not answer ${server.baseURL}/readyz within 60 s:\n${server.log()}`);
}

// What a developer has set for a server of their own is not part of a test.
function withoutSettings(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(CASEFLOW|STRIPE)_/.test(name)));
}

function program() {
  return process.env.CASEFLOW_SERVER ?? join(target, "debug", "reference-server");
}

function createDatabase() {
  const given = process.env.CASEFLOW_TEST_POSTGRES_URL;
  assert.ok(given, "a test on PostgreSQL needs CASEFLOW_TEST_POSTGRES_URL (scripts/with-postgres sets it)");
  databases += 1;
  const name = `caseflow_server_${process.pid}_${databases}`;
  const made = spawnSync("psql", ["-qX", given, "-c", `CREATE DATABASE ${name}`], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr ?? String(made.error));
  const url = new URL(given);
  url.pathname = `/${name}`;
  return url.href;
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((ready) => probe.once("listening", ready));
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));
  return port;
}

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function main(args) {
  const split = args.indexOf("--");
  const [name, database] = args.slice(0, Math.max(split, 0));
  const [command, ...rest] = args.slice(split + 1);
  if (split < 0 || !command || (name && name !== "--database")) {
    throw new Error("usage: node server.mjs [--database sqlite|postgres] -- command …");
  }
  const server = await startServer({ database });
  const child = spawn(command, rest, {
    stdio: "inherit",
    env: {
      ...process.env,
      CASEFLOW_BASE_URL: server.baseURL,
      CASEFLOW_DATA_DIR: server.dataDir,
      CASEFLOW_DATABASE: server.database,
      CASEFLOW_DATABASE_URL: server.databaseURL ?? "",
    },
  });
  const code = await new Promise((resolve) => {
    child.once("error", () => resolve(127));
    child.once("exit", (status) => resolve(status ?? 1));
  });
  if (code !== 0) process.stderr.write(`\n--- what the server printed ---\n${server.log().slice(-8000)}\n`);
  await server.stop();
  forget(server);
  return code;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
