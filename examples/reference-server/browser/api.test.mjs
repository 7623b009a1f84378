// Both JSON APIs, held to their OpenAPI documents by generated requests.
// The client's comes first: the firm's own settings are among what the other run changes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { fuzz } from "./schemathesis.mjs";

const documents = fileURLToPath(new URL("../../../caseflow-axum/openapi/", import.meta.url));
const validator = fileURLToPath(new URL("../../../.venv/bin/openapi-spec-validator", import.meta.url));
const { CASEFLOW_BASE_URL: baseURL, CASEFLOW_DATA_DIR: dataDir } = process.env;

const log = () => readFileSync(join(dataDir, `server-${new URL(baseURL).port}.log`), "utf8");
const [, portal] = log().match(/: (http\S+)\n {2}firm API key/);
const [key, otherKey] = log().match(/cf_live_\S+/g);
const [, password] = log().match(/Everybody's password: (.+)/);

test("the documents are valid", () => {
  const files = ["portal.json", "firm.json"].map((name) => join(documents, name));
  const { status, stdout, stderr } = spawnSync(validator, files, { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
});

test("the client's API keeps its word", async () => {
  const peers = { ana: await signIn("ana@brunner.example"), elena: await signIn("elena@rossi.example") };
  const first = async (list) => (await read(`${portal}/api/v1/${list}`, peers.ana)).data[0].id;
  const invoice = await first("invoices");
  const ids = {
    "/api/v1/invoices/{id}": invoice,
    "/api/v1/invoices/{id}/pdf": invoice,
    "/api/v1/payments/{id}/receipt": await first("payments"),
    ...(await idsOf("proposals", first)),
    ...(await idsOf("estimates", first)),
    ...(await idsOf("contracts", first)),
    ...(await idsOf("documents", first)),
    "/api/v1/contracts/{id}/signed": await firstSigned(`${portal}/api/v1/contracts`, peers.ana),
  };
  const document = join(documents, "portal.json");
  // Signing out would leave the rest of the run signed out: it is tried last, and alone. PDF files cannot be generated:
  // sign.test.mjs has what they are checked as.
  const not = ["sign_out", "verify_file"].flatMap((name) => ["--exclude-operation-id", name]);
  await fuzz({ document, baseURL: portal, peers, ids, more: not });
  const leaving = { luc: await signIn("luc@brunner.example") };
  await fuzz({ document, baseURL: portal, peers: leaving, more: ["--include-operation-id", "sign_out"] });
  nothingFailed();
});

// Alone, for it stays open for five minutes after a sign-in.
test("the client's API to the vault keeps its word", async () => {
  const peers = { ana: await signIn("ana@brunner.example"), elena: await signIn("elena@rossi.example") };
  const { data } = await read(`${portal}/api/v1/vault`, peers.ana);
  const item = (kind) => data.find((one) => one.item.kind === kind).id;
  const ids = {
    ...(await idsOf("vault", () => item("sign_in"))),
    "/api/v1/vault/{id}/content": item("file"),
  };
  const document = join(documents, "portal.json");
  await fuzz({ document, baseURL: portal, peers, ids, more: ["--include-path-regex", "^/api/v1/vault"] });
  nothingFailed();
});

test("the firm's API keeps its word", async () => {
  const peers = { first: key, second: otherKey };
  const document = join(documents, "firm.json");
  await fuzz({ document, baseURL: `${baseURL}/firm`, peers, ids: await idsOfTheFirm() });
  nothingFailed();
});

/** The id of the first of a list, for each address below the list. */
async function idsOf(list, first) {
  const { paths } = JSON.parse(readFileSync(join(documents, "portal.json"), "utf8"));
  const id = await first(list);
  const named = Object.keys(paths).filter((path) => path.startsWith(`/api/v1/${list}/{id}`));
  assert.ok(named.length > 0, `no address below ${list}`);
  return Object.fromEntries(named.map((path) => [path, id]));
}

async function idsOfTheFirm() {
  const base = `${baseURL}/firm/api/v1`;
  // Well-formed, and nobody's: what is asked of a record that is not there is checked before it is looked for.
  const nobodys = (prefix) => `${prefix}_01jd4q9m3v8x2t5w7y9z1b3d5f`;
  const first = async (path) => (await read(`${base}/${path}`, key)).data[0].id;
  const client = await first("clients");
  const ids = {
    clients: client,
    contacts: await first(`clients/${client}/contacts`),
    invoices: await first("invoices"),
    payments: await first("payments"),
    announcements: await first("announcements"),
    offers: await first("offers"),
    contracts: await first("contracts"),
    attempts: nobodys("att"),
    alerts: nobodys("alr"),
    mails: nobodys("mail"),
    reversals: nobodys("rev"),
    // Not the key that calls: it will be revoked.
    "api-keys": await newKey(base),
    articles: await newArticle(base),
    documents: await first("documents"),
    vault: await newSecret(base, client),
  };
  const { paths } = JSON.parse(readFileSync(join(documents, "firm.json"), "utf8"));
  const named = Object.keys(paths).filter((path) => path.includes("{id}"));
  return {
    ...Object.fromEntries(named.map((path) => [path, idFor(path, ids)])),
    "/api/v1/contracts/{id}/signed": await firstSigned(`${base}/contracts`, key),
    "/api/v1/documents/{id}/versions/{number}/content": { id: ids.documents, number: 1 },
  };
}

/** The id of a contract that has a signed copy. */
async function firstSigned(list, token) {
  const { data } = await read(`${list}?limit=100`, token);
  return data.find(({ status }) => status === "signed").id;
}

function idFor(path, ids) {
  const id = ids[path.split("/")[3]];
  assert.ok(id, `no id to try ${path} with`);
  return id;
}

const newKey = (base) => made(`${base}/api-keys`, { name: "Night job", scope: "read" });

const newArticle = (base) =>
  made(`${base}/articles`, { slug: "moving-house", group: "Taxes", title: "Moving house", body: "Tell us the day." });

const newSecret = (base, client) =>
  made(`${base}/vault/secrets`, { client, name: "Safe", note: "Right to 21, left to 4." });

/** The id of what was made at `list`. */
async function made(list, input) {
  const headers = {
    authorization: `Bearer ${key}`,
    "content-type": "application/json",
    "idempotency-key": `made at ${list}`,
  };
  const response = await fetch(list, { method: "POST", headers, body: JSON.stringify(input) });
  assert.equal(response.status, 201);
  return (await response.json()).id;
}

async function signIn(email) {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ email, password });
  const response = await fetch(`${portal}/api/v1/session`, { method: "POST", headers, body });
  assert.equal(response.status, 201);
  return (await response.json()).token;
}

async function read(address, token) {
  const response = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(response.status, 200, address);
  return response.json();
}

function nothingFailed() {
  assert.doesNotMatch(log(), /the request failed|panicked/);
}
