// Every page that is open to everybody, in every state.
import { before } from "node:test";
import { dataDir, keller, muster } from "./demo.mjs";
import { letter } from "./mail.mjs";
import { at, scene, submit } from "./scenes.mjs";

let link, proposal;
before(async () => {
  [link] = (await letter(dataDir, "beat@neuhaus.example")).links;
  [proposal] = (await letter(dataDir, "board@brunner.example")).links;
});

at("sign in", muster, "/login");
at("sign in at the other firm", keller, "/login");
at("forgotten password", muster, "/forgot-password");
at("choose a password", muster, () => link);
at("dead password link", muster, "/set-password/gone");
at("dead link of an address", muster, "/confirm-email/gone");
at("a proposal by its mailed link", muster, () => proposal);
for (const answer of ["Accept", "Decline"]) {
  scene(`${answer.toLowerCase()} by the mailed link`, undefined, (page) => asked(page, answer));
}
at("dead link of a proposal", muster, "/l/gone");
at("terms of electronic signature", muster, "/signing-terms");
at("check a signed copy", muster, "/verify");
at("signed out", muster, "/logout");
at("nothing here", muster, "/no-such-page");

scene("sign in, refused", undefined, async (page) => {
  await page.goto(`${muster.portal}/login`);
  return submit(page, { email: "stranger@nowhere.example", password: "not this one" });
});
scene("sign in, with nothing filled in", undefined, async (page) => {
  await page.goto(`${muster.portal}/login`);
  return submit(page);
});
scene("forgotten password, not an address", undefined, async (page) => {
  await page.goto(`${muster.portal}/forgot-password`);
  return submit(page, { email: "nobody" });
});
scene("forgotten password, sent", undefined, async (page) => {
  await page.goto(`${muster.portal}/forgot-password`);
  return submit(page, { email: "a-rather-long-name.of-nobody.at-all@subdomain.nowhere.example" });
});
scene("choose a password, too short and not the same", undefined, async (page) => {
  await page.goto(link);
  return submit(page, { password: "short", password_again: "shorter" });
});
scene("accept by the mailed link, without a name", undefined, async (page) => {
  await asked(page, "Accept");
  return submit(page, { name: " " });
});
scene("check a signed copy, with no file", undefined, async (page) => {
  await page.goto(`${muster.portal}/verify`);
  return submit(page);
});
scene("a form from elsewhere", undefined, async (page) => {
  await page.setContent(`<form method="post" action="${muster.portal}/login"><button>Send</button></form>`);
  const answer = page.waitForResponse((one) => one.request().method() === "POST");
  await page.click("button");
  const response = await answer;
  await page.waitForLoadState();
  return response;
});

/** The page behind the mailed link that asks once more. */
async function asked(page, answer) {
  await page.goto(proposal);
  const address = await page.getByRole("link", { name: answer, exact: true }).getAttribute("href");
  return page.goto(new URL(address, page.url()).href);
}
