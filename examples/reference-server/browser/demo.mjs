// The demonstration of the server that the tests were started with: its firms, their keys, everybody's password.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openPage, signIn } from "./lib.mjs";

const { CASEFLOW_BASE_URL: home, CASEFLOW_DATA_DIR: folder } = process.env;
const printed = readFileSync(join(folder, `server-${new URL(home).port}.log`), "utf8");

export const baseURL = home;
export const dataDir = folder;

/** What every contact of the demonstration signs in with. */
export const [, password] = printed.match(/Everybody's password: (.+)/);

/** Its firms as printed: `{ portal, key }`. */
export const [muster, keller] = firmsOf(printed);

/** The firms of a demonstration that printed this. */
export function firmsOf(log) {
  const found = log.matchAll(/: (http\S+)\n {2}firm API key: (\S+)/g);
  return [...found].map(([, portal, key]) => ({ portal, key }));
}

/** The cookies of a contact who has signed in, for as many pages as a test wants: `{ cookies, origins }`. */
export async function signedIn(browser, { portal }, email) {
  const page = await openPage(browser);
  await signIn(page, { baseURL: portal, email, password });
  const state = await page.context().storageState();
  await page.context().close();
  return state;
}
