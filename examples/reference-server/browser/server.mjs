// The reference server under test: started on a free port with a fresh data folder, a set clock and a database of its own.
//
// In a test:      const server = await startServer({ clock: "2026-03-02T09:00:00Z" }); … await server.stop();
// On a command:   node server.mjs [--database sqlite|postgres] [--servers 1|2] -- command …   (CASEFLOW_BASE_URL names the server)
// Two servers are on one database, with a balancer before them: every second request of a browser goes to the other one.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startBalancer } from "./balance.mjs";

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
  servers = Number(process.env.CASEFLOW_SERVERS ?? 1),
  dataDir = mkdtempSync(join(tmpdir(), "caseflow-")),
  databaseURL = database === "postgres" ? createDatabase() : undefined,
  args = [],
  env = {},
} = {}) {
  const port = await freePort();
  const baseURL = `http://127.0.0.1:${port}`;
  const logFile = join(dataDir, `server-${port}.log`);
  const common = { clock, args, logFile, databaseURL };
  const parts = servers === 1 ? [await startProcess({ ...common, port, dataDir, env })] : await startTogether();
  return {
    baseURL,
    clock,
    dataDir,
    database,
    databaseURL,
    /** How many programs write into the log. */
    servers,
    /** What the server has printed so far. */
    log: () => readFileSync(logFile, "utf8"),
    /** Ask it to stop, as a service manager does; one that does not within ten seconds is a fault. */
    async stop() {
      for (const part of parts) await part.stop();
    },
    /** Stop without asking: a crash, as far as the server can tell. */
    async kill() {
      for (const part of parts) await part.kill();
    },
  };

  /** Servers that share what several have to share, and a balancer at the port that everybody knows. */
  async function startTogether() {
    assert.ok(databaseURL, "several servers need PostgreSQL");
    const shared = { ...sharedBy(dataDir, baseURL), ...(env.CASEFLOW_SMTP_URL && { CASEFLOW_MAIL_FOLDER: "" }), ...env };
    const together = { ...common, args: oneClock() };
    const ports = [];
    const started = [];
    try {
      // One after the other: the first one makes the keys.
      for (let n = 1; n <= servers; n += 1) {
        const own = { port: await freePort(), dataDir: n === 1 ? dataDir : join(dataDir, `server-${n}`) };
        const keys = n === 1 ? {} : keysIn(dataDir);
        started.push(await startProcess({ ...together, ...own, env: { ...keys, ...shared } }));
        ports.push(own.port);
      }
    } catch (error) {
      for (const part of started) await part.kill();
      throw error;
    }
    const balancer = await startBalancer(port, ports);
    return [{ stop: balancer.stop, kill: balancer.stop }, ...started];
  }

  /** Arguments with which all clocks show the same: they follow one file. */
  function oneClock() {
    const named = args.indexOf("--clock-file");
    const file = named < 0 ? join(dataDir, "clock") : args[named + 1];
    writeFileSync(file, clock);
    return named < 0 ? [...args, "--clock-file", file] : args;
  }
}

/** Settings that are alike on all servers. */
function sharedBy(folder, baseURL) {
  return {
    CASEFLOW_PUBLIC_URL: baseURL,
    CASEFLOW_TRUSTED_PROXIES: "127.0.0.1",
    CASEFLOW_MAIL_FOLDER: join(folder, "mail"),
    CASEFLOW_FILES_FOLDER: join(folder, "files"),
  };
}

/** The keys that the first server has made. */
function keysIn(folder) {
  return {
    CASEFLOW_VAULT_KEY_FILE: join(folder, "vault.keys"),
    CASEFLOW_SEAL_KEY: join(folder, "seal", "key.pem"),
    CASEFLOW_SEAL_CERTIFICATE: join(folder, "seal", "certificate.pem"),
  };
}

/** One program, once it answers. */
async function startProcess({ port, dataDir, databaseURL, logFile, clock, args, env }) {
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
  const started = {
    baseURL: `http://127.0.0.1:${port}`,
    log: () => readFileSync(logFile, "utf8"),
    async stop() {
      child.kill("SIGTERM");
      const how = await Promise.race([ended, sleep(10_000).then(() => "still running after SIGTERM")]);
      if (how !== 0) child.kill("SIGKILL");
      assert.equal(how, 0, `the server did not stop well: ${how}\n${started.log()}`);
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
  await answers(started, ended);
  return started;
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
  const [command, ...rest] = args.slice(split + 1);
  const options = { database: { type: "string" }, servers: { type: "string" } };
  if (split < 0 || !command) {
    throw new Error("usage: node server.mjs [--database sqlite|postgres] [--servers 1|2] -- command …");
  }
  const { database, servers = "1" } = parseArgs({ args: args.slice(0, split), options }).values;
  const server = await startServer({ database, servers: Number(servers) });
  const child = spawn(command, rest, {
    stdio: "inherit",
    env: {
      ...process.env,
      CASEFLOW_BASE_URL: server.baseURL,
      CASEFLOW_DATA_DIR: server.dataDir,
      CASEFLOW_DATABASE: server.database,
      CASEFLOW_DATABASE_URL: server.databaseURL ?? "",
      CASEFLOW_SERVERS: servers,
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
