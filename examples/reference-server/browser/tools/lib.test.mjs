// The tools are tested too: each check must find a planted fault and pass a sound page.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import {
  assertSound,
  axeFaults,
  close,
  htmlFaults,
  inEveryView,
  launch,
  openPage,
  overflowFaults,
  signIn,
  tabTo,
} from "../lib.mjs";

const csp =
  "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const css = `:root { color-scheme: light dark } body { max-width: 40rem; margin: 0; padding: 1rem }
@media (prefers-color-scheme: dark) { body { background: #0f1319; color: #e8ebf0 } a { color: #8fb4ff } }
.wide { width: 889px } button { min-height: 44px }`;

const frame = (title, body) => `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="stylesheet" href="/style.css">
  </head>
  <body><main><h1>${title}</h1>${body}</main></body>
</html>
`;
const form = `<form method="post" action="/login">
  <p><label for="email">E-mail</label> <input id="email" name="email" type="email" autocomplete="username" required></p>
  <p><label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required></p>
  <p><button type="submit">Sign in</button></p>
</form>`;
const pages = {
  "/login": frame("Sign in", form),
  "/dashboard": frame("Dashboard", '<p>Hello. <a href="/login">Sign in again</a></p>'),
  "/wide": frame("Wide", '<p class="wide">too wide for a phone</p>'),
  "/bad": frame("Bad", '<img src="/none.png"><p><input name="x"></p>').replace(' lang="en"', ""),
  "/outside": frame("Outside", '<p id="text">as served</p><script src="/outside.js"></script>'),
  "/script": frame("Script", "<script>document.title = 'ran'</script>"),
};

let server;
let browser;
let baseURL;

before(async () => {
  server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  baseURL = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

test("a sound page passes in every view", async () => {
  const seen = [];
  await inEveryView(browser, async (page, view) => {
    await page.goto(`${baseURL}/dashboard`);
    assert.equal(await page.evaluate(() => screen.width), view.width);
    assert.equal(await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches), view.scheme === "dark");
    await assertSound(page);
    seen.push(view.name);
  });
  assert.equal(seen.length, 8);
});

test("axe runs under a strict policy, with script on and off, and finds what is wrong", async () => {
  for (const script of [true, false]) {
    const page = await openPage(browser, { script });
    await page.goto(`${baseURL}/bad`);
    const faults = (await axeFaults(page)).map((fault) => fault.split(":")[0]);
    for (const rule of ["image-alt", "html-has-lang", "label"]) assert.ok(faults.includes(rule), faults.join());
    await page.context().close();
  }
});

test("a page wider than the phone is found, and is none on a desktop", async () => {
  const phone = await openPage(browser, { width: 390 });
  await phone.goto(`${baseURL}/wide`);
  assert.match((await overflowFaults(phone)).join(), /on a screen of 390: p\.wide/);
  const desktop = await openPage(browser, { width: 1280 });
  await desktop.goto(`${baseURL}/wide`);
  assert.deepEqual(await overflowFaults(desktop), []);
  await close(phone);
  await close(desktop);
});

test("html-validate reads the served source, with the page's cookies", async () => {
  assert.deepEqual(await htmlFaults(pages["/login"]), []);
  assert.match((await htmlFaults(pages["/bad"])).join("\n"), /wcag\/h37|element-required-attributes/);
  const page = await openPage(browser);
  await signIn(page, { baseURL, email: "ana@example.com", password: "right" });
  await page.goto(`${baseURL}/private`);
  await assertSound(page);
  await close(page);
});

test("sign-in says why it failed, with script on and off", async () => {
  for (const script of [true, false]) {
    const page = await openPage(browser, { script });
    await signIn(page, { baseURL, email: "ana@example.com", password: "right" });
    assert.equal(page.url(), `${baseURL}/dashboard`);
    await assert.rejects(
      signIn(page, { baseURL, email: "ana@example.com", password: "wrong" }),
      /not signed in as ana@example\.com[^]*Wrong/,
    );
    await close(page);
  }
});

test("the form is filled without a mouse", async () => {
  const page = await openPage(browser);
  await page.goto(`${baseURL}/login`);
  await tabTo(page, page.getByLabel("E-mail"));
  await page.keyboard.type("ana@example.com");
  await tabTo(page, page.getByLabel("Password"));
  await page.keyboard.type("right");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/dashboard");
  await assert.rejects(tabTo(page, page.locator("h1"), 5), /not reached by 5 presses/);
  await close(page);
});

test("a page without script stays without it after axe has run", async () => {
  const text = async (script) => {
    const page = await openPage(browser, { script });
    await page.goto(`${baseURL}/outside`);
    const first = await page.textContent("#text");
    assert.deepEqual(await axeFaults(page), []);
    await page.goto(`${baseURL}/outside`);
    assert.equal(await page.textContent("#text"), first);
    await close(page);
    return first;
  };
  assert.equal(await text(true), "changed");
  assert.equal(await text(false), "as served");
});

test("content refused by the policy counts as a fault", async () => {
  const page = await openPage(browser);
  await page.goto(`${baseURL}/script`);
  await assert.rejects(close(page), /the browser complained/);
});

async function answer(request, response) {
  const { pathname } = new URL(request.url, "http://localhost");
  response.setHeader("content-security-policy", csp);
  if (pathname === "/style.css") return response.setHeader("content-type", "text/css").end(css);
  if (pathname === "/outside.js") {
    return response.setHeader("content-type", "text/javascript").end('document.getElementById("text").textContent = "changed"');
  }
  response.setHeader("content-type", "text/html; charset=utf-8");
  if (request.method === "POST" && pathname === "/login") return answerSignIn(request, response);
  if (pathname === "/private") {
    const inside = request.headers.cookie?.includes("__Host-cf=token");
    return response.end(inside ? frame("Private", "<p>Yours.</p>") : "<p>Signed out");
  }
  const page = pages[pathname];
  response.statusCode = page ? 200 : 404;
  return response.end(page ?? "");
}

async function answerSignIn(request, response) {
  let body = "";
  for await (const chunk of request) body += chunk;
  if (new URLSearchParams(body).get("password") !== "right") {
    response.statusCode = 422;
    return response.end(frame("Error: Sign in", `<p>Wrong e-mail or password.</p>${form}`));
  }
  response.setHeader("set-cookie", "__Host-cf=token; Path=/; Secure; HttpOnly; SameSite=Lax");
  return response.writeHead(303, { location: "/dashboard" }).end();
}
