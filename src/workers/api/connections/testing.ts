import * as z from "zod";

const startAnswer = z.object({ data: z.object({ authorize_url: z.string() }) });

export interface StartFacts {
  platform?: string;
  community_id?: number;
  role?: "bot" | "owner";
  return_to?: string;
}

/** A browser: it keeps cookies, follows nothing by itself, and may be another than the one before. */
export class Browser {
  cookies = new Map<string, string>();
  #origin: URL;

  constructor(origin: URL) {
    this.#origin = origin;
  }

  /** `POST …/start` with a key; the cookie of the answer is kept. */
  async start({ platform = "kick", ...facts }: StartFacts, key: string) {
    const response = await fetch(new URL(`/api/v1/connections/${platform}/start`, this.#origin), {
      method: "POST",
      headers: { "x-api-key": key, "content-type": "application/json" },
      body: JSON.stringify({ community_id: 2, role: "bot", ...facts }),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const body: unknown = await response.json();
    const url = startAnswer.safeParse(body).data?.data.authorize_url;
    return {
      status: response.status,
      setCookie: response.headers.getSetCookie(),
      body,
      url: url === undefined ? undefined : new URL(url),
    };
  }

  /** The platform's consent page, which sends back at once; the address to come back to, on our own origin. */
  async consent(authorizeUrl: URL | undefined): Promise<URL> {
    if (!authorizeUrl) throw new Error("nothing was begun");
    const response = await fetch(authorizeUrl, { redirect: "manual" });
    const location = response.headers.get("location");
    if (!location) throw new Error(`the platform answered ${response.status}`);
    const back = new URL(location);
    return new URL(back.pathname + back.search, this.#origin);
  }

  async visit(url: URL): Promise<{ status: number; text: string; headers: Headers }> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { redirect: "manual", headers: cookie ? { cookie } : {} });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  #keep(line: string): void {
    const [pair = "", ...attributes] = line.split("; ");
    const at = pair.indexOf("=");
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (attributes.some((one) => one.toLowerCase() === "max-age=0")) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** A call of the api with a key. */
export async function callApi(
  origin: URL,
  path: string,
  { method = "GET", key, json }: { method?: string; key: string; json?: unknown },
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(new URL(path, origin), {
    method,
    headers: { "x-api-key": key, ...(json === undefined ? {} : { "content-type": "application/json" }) },
    body: json === undefined ? null : JSON.stringify(json),
  });
  return { status: response.status, body: await response.json() };
}

/** The same address with another query. */
export function changed(url: URL, change: (query: URLSearchParams) => void): URL {
  const next = new URL(url);
  change(next.searchParams);
  return next;
}
