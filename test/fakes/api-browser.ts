import * as z from "zod";
import type { ApiInNode } from "#test/fakes/api-in-node";

/** A browser as far as sign-in needs one: cookies of one host, and no redirect followed by itself. */
export interface Browser {
  cookies: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

export function makeBrowser({ origin, fetch }: Pick<ApiInNode, "origin" | "fetch">): Browser {
  const cookies = new Map<string, string>();
  const send: Browser["send"] = async (method, path, body, headers = {}) => {
    const held = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const request = new Request(new URL(path, origin), {
      method,
      redirect: "manual",
      headers: {
        ...(held === "" ? {} : { cookie: held }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const response = await fetch(request);
    for (const line of response.headers.getSetCookie()) keep(cookies, line);
    return response;
  };
  return {
    cookies,
    send,
    get: (path, headers) => send("GET", path, undefined, headers),
    post: (path, body, headers) => send("POST", path, body, headers),
  };
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = ""] = line.split(";");
  const [name = "", value = ""] = pair.split("=");
  if (/max-age=0/i.test(line)) cookies.delete(name);
  else cookies.set(name, value);
}

/** The path and query of an address, wherever it leads. */
export function pathOf(address: string | null): string {
  const url = new URL(address ?? "", "http://nowhere.invalid");
  return url.pathname + url.search;
}

/** Goes to the platform's page and says who one is; gives where the platform sends the browser back to. */
export async function consentAs(
  browser: Browser,
  provider: string,
  person: string,
  page = "/",
): Promise<string> {
  const began = await browser.get(`/api/v1/auth/oauth/${provider}?return=${encodeURIComponent(page)}`);
  return answerConsent(began.headers.get("location"), person);
}

/** Says on the platform's page who one is. */
export async function answerConsent(address: string | null, person: string): Promise<string> {
  const url = new URL(address ?? "");
  url.searchParams.set("as", person);
  const consented = await fetch(url, { redirect: "manual" });
  return pathOf(consented.headers.get("location"));
}

/** A browser in which that demo person is signed in, and what its page knows. */
export async function signInAs(
  api: Pick<ApiInNode, "origin" | "fetch">,
  person: string,
  provider = "twitch",
): Promise<Browser & { csrf: string; userId: number }> {
  const browser = makeBrowser(api);
  await browser.get(await consentAs(browser, provider, person));
  const me = await browser.get("/api/v1/auth/me");
  const { user, csrfToken } = await dataOf(me, known);
  return { ...browser, csrf: csrfToken, userId: user.id };
}

const known = z.object({ user: z.object({ id: z.int() }), csrfToken: z.string() });

/** The part of an answer's data that a test looks at; throws where it is not there. */
export async function dataOf<S extends z.ZodType>(response: Response, schema: S): Promise<z.output<S>> {
  const { data } = z.object({ data: z.unknown() }).parse(await response.json());
  return schema.parse(data);
}
