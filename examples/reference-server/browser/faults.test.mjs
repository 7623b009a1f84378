// Pages of a server that cannot answer well, each for its real reason, on a server of their own: too many tries, no
// room to check passwords, tables of its database gone, a damaged vault, the vault's keys gone.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { firmsOf } from "./demo.mjs";
import { openRow, scene, submit, welcome } from "./scenes.mjs";
import { forget, startServer } from "./server.mjs";

// Behind a proxy that it trusts, everybody may come from another address.
const server = await startServer({ database: "sqlite", env: { CASEFLOW_TRUSTED_PROXIES: "127.0.0.1" } });
const [muster] = firmsOf(server.log());
after(async () => {
  await server.stop();
  forget(server);
});
before(() => welcome([["ana", muster, "ana@brunner.example"]]));

// First, while the sign-in is fresh: the vault asks for the password after five minutes.
scene("vault, whose keys are gone", "ana", async (page) => {
  const keys = join(server.dataDir, "vault.keys");
  renameSync(keys, `${keys}.away`);
  writeFileSync(keys, `9:${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
  try {
    return answered(503, await page.goto(`${muster.portal}/vault`));
  } finally {
    renameSync(`${keys}.away`, keys);
  }
});

scene("vault, with items that somebody changed", "ana", (page) =>
  meddled(() => page.goto(`${muster.portal}/vault`)),
);

scene("an item of the vault that somebody changed", "ana", (page) =>
  meddled(() => openRow(page, muster, "vault", "cannot be opened")),
);

scene("a secret that somebody changed before it is shown", "ana", async (page) => {
  await openRow(page, muster, "vault", "Commercial register");
  return meddled(async () => answered(500, await submit(page)));
});

scene("too many dead links", undefined, async (page) => {
  const link = `${muster.portal}/set-password/gone`;
  // Each try beyond the free ones makes the wait longer, until the page comes within it.
  for (let bursts = 10; bursts > 0; bursts -= 1) {
    await Promise.all(Array.from({ length: 60 }, () => fetch(link)));
    const response = await page.goto(link);
    if (response.status() === 429) return response;
  }
  throw new Error("dead links may be tried without end");
});

scene("sign in, after too many tries", undefined, async (page) => {
  const tries = { email: "stranger@nowhere.example", password: "not this one" };
  await Promise.all(Array.from({ length: 16 }, (_, n) => signIn(tries, n)));
  await page.goto(`${muster.portal}/login`);
  return answered(429, await submit(page, tries));
});

// One password in each thread, and sixteen that wait for it.
const room = 17 * availableParallelism();
scene("busy with other people's passwords", undefined, async (page) => {
  const crowd = gather(room + 16);
  try {
    for (let tries = 20; tries > 0; tries -= 1) {
      await page.goto(`${muster.portal}/login`);
      const response = await submit(page, { email: "luc@brunner.example", password: "not this one" });
      if (response.status() === 503) return response;
    }
    throw new Error("the server had room for everybody");
  } finally {
    await crowd.leave();
  }
});

scene("something went wrong", "ana", async (page) => {
  rename("caseflow_invoices", "elsewhere");
  try {
    return answered(500, await page.goto(`${muster.portal}/invoices`));
  } finally {
    rename("elsewhere", "caseflow_invoices");
  }
});

scene("something went wrong, whoever's portal it is", undefined, async (page) => {
  rename("caseflow_firms", "elsewhere");
  try {
    return answered(500, await page.goto(`${muster.portal}/login`));
  } finally {
    rename("elsewhere", "caseflow_firms");
  }
});

function answered(status, response) {
  assert.equal(response.status(), status, response.url());
  return response;
}

/** A try to sign in, from the address number `n`. */
function signIn(fields, n) {
  const from = `198.51.${(n >> 8) % 256}.${n % 256}`;
  const headers = { "sec-fetch-site": "same-origin", "x-forwarded-for": from };
  const body = new URLSearchParams(fields);
  return fetch(`${muster.portal}/login`, { method: "POST", headers, body, redirect: "manual" });
}

/** So many people who try to sign in again and again, nobody twice as the same person, until they are told to leave. */
function gather(people) {
  let count = 0;
  let staying = true;
  const crowd = Array.from({ length: people }, async () => {
    while (staying) {
      count += 1;
      await signIn({ email: `guest-${count}@nowhere.example`, password: "not this one" }, count);
    }
  });
  return {
    leave() {
      staying = false;
      return Promise.all(crowd);
    },
  };
}

/** Do something while the vault's short secrets are not the version that was sealed. */
async function meddled(work) {
  const to = (version) => run(`UPDATE caseflow_vault_items SET item_version = ${version} WHERE body_blob IS NULL`);
  to("item_version + 1");
  try {
    return await work();
  } finally {
    to("item_version - 1");
  }
}

/** Take a table away from the running server, or give it back. */
function rename(from, to) {
  run(`ALTER TABLE ${from} RENAME TO ${to}`);
}

/** Run a statement in the database of the running server. */
function run(statement) {
  const script = "import sqlite3, sys\nwith sqlite3.connect(sys.argv[1], 10) as it: it.execute(sys.argv[2])";
  const database = join(server.dataDir, "caseflow.db");
  const { status, stderr } = spawnSync("python3", ["-c", script, database, statement], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
}
