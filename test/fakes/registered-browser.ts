import type { Browser } from "#test/fakes/api-browser";
import { makeBrowser } from "#test/fakes/api-browser";
import type { ApiInNode } from "#test/fakes/api-in-node";

export const goodPassword = "Ducks-like-2-waddle";

let count = 0;
/** An address nobody has yet. */
export const anAddress = () => `duck${++count}.${crypto.randomUUID().slice(0, 8)}@pond.example`;

/** A network address of its own, so that one test's guesses are not another's. */
export const anIp = () => ({
  "cf-connecting-ip": `198.18.${Math.floor(count++ / 250)}.${(count % 250) + 1}`,
});

export interface Registered extends Browser {
  email: string;
  csrf: string;
}

/** A browser whose person made an account with a mail address and is signed in. */
export async function registerAs(
  api: ApiInNode,
  email = anAddress(),
  password = goodPassword,
): Promise<Registered> {
  const browser = makeBrowser(api);
  await browser.post("/api/v1/auth/register", { email, password, display_name: "A Duck" }, anIp());
  await browser.post("/api/v1/auth/verify-email", { token: api.mails.tokenTo(email), password }, anIp());
  return { ...browser, email, csrf: await csrfOf(browser) };
}

/** What the page of this browser sends with a change. */
export async function csrfOf(browser: Browser): Promise<string> {
  const me: unknown = await (await browser.get("/api/v1/auth/me")).json();
  const [, token = ""] = /"csrfToken":"([0-9a-f]{64})"/.exec(JSON.stringify(me)) ?? [];
  return token;
}
