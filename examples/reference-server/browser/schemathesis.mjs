// Property tests of an HTTP API from its own OpenAPI document, by schemathesis.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const installed = fileURLToPath(new URL("../../../.venv/bin/schemathesis", import.meta.url));
const program = process.env.CASEFLOW_SCHEMATHESIS ?? installed;

// A missing If-Match is 428, a missing Idempotency-Key 400; bad input may be refused for any of these reasons.
const checks = `
[checks.missing_required_header]
expected-statuses = [400, 401, 406, 428]
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 406, 412, 413, 415, 422, 428]
`;

/**
 * Throw generated requests at every operation of `document` (a file or an address). Fails on a server error, an
 * undocumented answer, one that its schema does not allow, or one peer seeing another's records.
 * `peers` maps names to bearer tokens; the first one calls. `ids` maps paths to the id that stands in them,
 * or to all that stand in them by their names.
 */
export async function fuzz({ document, baseURL, peers, ids = {}, more = [] }) {
  assert.ok(existsSync(program), `no schemathesis at ${program}; scripts/install api puts it there`);
  const folder = mkdtempSync(join(tmpdir(), "caseflow-fuzz-"));
  const config = configure(folder, peers, ids);
  const options = [
    ...["--config-file", config, "run", document, "--url", baseURL],
    ...["--checks", "all", "--exclude-checks", "positive_data_acceptance", "--max-examples", "20"],
    ...["--seed", "1", "--no-color", "--workers", "1"],
    ...more,
  ];
  const child = spawn(program, options, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.once("exit", resolve));
  rmSync(folder, { recursive: true, force: true });
  assert.equal(code, 0, output);
  return output;
}

function configure(folder, peers, ids) {
  const names = Object.keys(peers);
  const auth = Object.entries(peers).map(([name, token]) => ({
    name,
    fixedHeaders: [{ name: "Authorization", value: `Bearer ${token}` }],
  }));
  const users = join(folder, "users.json");
  writeFileSync(users, JSON.stringify({ auth }));
  const operations = Object.entries(ids).map(([path, id]) => {
    const named = Object.entries(typeof id === "string" ? { id } : id);
    const given = named.map(([name, value]) => `"path.${name}" = ${JSON.stringify(value)}`);
    return `[[operations]]\ninclude-path = ${JSON.stringify(path)}\nparameters = { ${given.join(", ")} }\n`;
  });
  const known = names.length > 1 ? `peers = ${JSON.stringify(names)}\n` : "";
  const config = join(folder, "schemathesis.toml");
  writeFileSync(config, `${checks}[auth.wfc]\npath = ${JSON.stringify(users)}\n${known}${operations.join("")}`);
  return config;
}
