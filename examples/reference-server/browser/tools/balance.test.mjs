// The balancer before several servers, with servers that say what came to them.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { startBalancer } from "../balance.mjs";

let servers, balancer, baseURL;

before(async () => {
  servers = await Promise.all(["one", "two"].map(listening));
  const free = await listening("nobody");
  await closed(free);
  balancer = await startBalancer(free.port, servers.map(({ port }) => port));
  baseURL = `http://127.0.0.1:${free.port}`;
});

after(() => balancer.stop());

test("every second request goes to the other server, with the host that was asked for", async () => {
  const [first, second, third] = [await asked("/a"), await asked("/b"), await asked("/c")];
  assert.notEqual(first.name, second.name);
  assert.equal(first.name, third.name);
  assert.equal(second.url, "/b");
  assert.equal(second.headers.host, new URL(baseURL).host);
  assert.equal(second.headers["x-forwarded-for"], "127.0.0.1");
});

test("a body comes whole, with its length or without", async () => {
  const bytes = new Uint8Array(3_000_000).fill(7);
  assert.equal((await asked("/", { method: "POST", body: bytes })).size, bytes.length);
  const stream = new Blob([bytes]).stream();
  assert.equal((await asked("/", { method: "POST", body: stream, duplex: "half" })).size, bytes.length);
});

test("what a server says twice is passed on twice, and an answer that breaks off breaks off", async () => {
  const answer = await fetch(`${baseURL}/`);
  assert.deepEqual(answer.headers.getSetCookie(), ["a=1", "b=2"]);
  await answer.text();
  await assert.rejects(fetch(`${baseURL}/broken`).then((broken) => broken.text()));
});

test("a server that is gone is said to be", async () => {
  await Promise.all(servers.map(closed));
  assert.equal((await fetch(`${baseURL}/`)).status, 502);
});

async function asked(path, request) {
  return (await fetch(`${baseURL}${path}`, request)).json();
}

async function listening(name) {
  const server = createServer(async (request, response) => {
    let size = 0;
    for await (const chunk of request) size += chunk.length;
    response.setHeader("set-cookie", ["a=1", "b=2"]);
    if (request.url === "/broken") {
      response.writeHead(200, { "content-length": 10 }).write("half", () => response.destroy());
      return;
    }
    const { url, headers } = request;
    response.end(JSON.stringify({ name, url, headers, size }));
  }).listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  return { server, port: server.address().port };
}

async function closed({ server }) {
  server.closeAllConnections();
  await new Promise((gone) => server.close(gone));
}
