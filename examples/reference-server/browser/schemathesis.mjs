// Property tests of an HTTP API from its own OpenAPI document, by schemathesis.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

const installed = fileURLToPath(new URL("../../../.venv/bin/schemathesis", import.meta.url));
const program = process.env.CASEFLOW_SCHEMATHESIS ?? installed;

/**
 * Throw generated requests at every operation of `document` (an address). Fails on a server error, an undocumented
 * answer or one that its schema does not allow. `headers` sign in; `more` are further options of `schemathesis run`.
 */
export async function fuzz({ document, baseURL, headers = {}, more = [] }) {
  assert.ok(existsSync(program), `no schemathesis at ${program}; scripts/install api puts it there`);
  const options = [
    ...["run", document, "--url", baseURL, "--checks", "all", "--exclude-checks", "positive_data_acceptance"],
    ...["--seed", "1", "--no-color", "--workers", "1"],
    ...Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]),
    ...more,
  ];
  const child = spawn(program, options, { cwd: tmpdir(), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.once("exit", resolve));
  assert.equal(code, 0, output);
  return output;
}
