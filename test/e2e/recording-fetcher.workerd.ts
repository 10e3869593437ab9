import { WorkerEntrypoint } from "cloudflare:workers";
import * as z from "zod";

const body = z.looseObject({ trigger: z.looseObject({ context_text: z.string().nullish() }).optional() });

const calls = new Map<string, number>();
/** A module is tried once and three times more. */
const tries = 4;

function statusOf({ pathname }: URL, earlier: number): number {
  if (pathname === "/gone-once") return earlier === 0 ? 404 : 200;
  return pathname === "/fail" ? 500 : 200;
}

/**
 * In the place of the Worker that fetches what users name: writes every call to the log and answers like a module.
 * The address says how: `/slow` takes 150 ms, `/fail` is a 500, `/gone-once` a 404 the first time, `/late-once` gives no
 * answer in time until its caller gives up. What is behind a `?` makes it another address.
 */
export default class RecordingFetcher extends WorkerEntrypoint {
  async fetchUrl(request: { url: string; headers?: Record<string, string>; body?: string | Uint8Array }) {
    const url = new URL(request.url);
    const text = typeof request.body === "string" ? request.body : new TextDecoder().decode(request.body);
    const startedAt = Date.now();
    if (url.pathname === "/slow") await new Promise((resolve) => setTimeout(resolve, 150));
    const parsed = body.safeParse(JSON.parse(text));
    console.log(
      `fetched ${JSON.stringify({ url: request.url, headers: request.headers, body: text, startedAt })}`,
    );
    const earlier = calls.get(request.url) ?? 0;
    calls.set(request.url, earlier + 1);
    if (url.pathname === "/late-once" && earlier < tries)
      return { ok: false, code: "timeout", message: "no answer in time" };
    const said = parsed.data?.trigger?.context_text ?? "";
    const reply = { success: true, message: `${url.hostname} says ${said}`.trim() };
    const status = statusOf(url, earlier);
    const bytes = new TextEncoder().encode(JSON.stringify(reply));
    const headers = { "content-type": "application/json" };
    return { ok: true, value: { status, headers, body: bytes, url: request.url, isTruncated: false } };
  }

  override async fetch(): Promise<Response> {
    return new Response("not found", { status: 404 });
  }
}
