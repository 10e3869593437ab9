import type { ChatPosition, PageTaker, StreamEnd } from "#contracts/live-chat";
import { type Outcome, type OutcomeCode, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import { readJson } from "#lib/read-json";
import { askYouTube, endedMessage, refuseAnswer } from "#platforms/youtube/api";
import { PageScanner, UnreadableStream } from "#platforms/youtube/page-stream";
import { lastPage, queryOf, readPage } from "#platforms/youtube/pages";
import * as wire from "#platforms/youtube/wire";

/** 200 items of at most 10 KB and room for what we do not know. */
const maxPageBytes = 4_000_000;
const streamRefusals: ReadonlySet<OutcomeCode> = new Set(["bad_request", "forbidden", "not_found"]);

/** streamList: a connection costs one call however many pages come through it; it ends when YouTube or `signal` says so. */
export async function readStream(
  position: ChatPosition,
  onPage: PageTaker,
  context: SendContext & { signal: AbortSignal },
): Promise<Outcome<StreamEnd>> {
  const request = { method: "GET", path: "/liveChat/messages/stream", query: queryOf(position) } as const;
  try {
    const response = await askYouTube(request, context, context.signal);
    if (!response.ok) return await refuseStream(response, position, onPage, context);
    if (!response.body) return succeed("unsupported");
    return await readBody(response.body, position, onPage, context);
  } catch (error) {
    if (error instanceof UnreadableStream) return succeed("unsupported");
    if (context.signal.aborted) return succeed("ended");
    return refuse("unavailable", { message: "The connection to YouTube's chat broke." });
  }
}

async function readBody(
  body: ReadableStream<Uint8Array>,
  position: ChatPosition,
  onPage: PageTaker,
  context: SendContext & { signal: AbortSignal },
): Promise<Outcome<StreamEnd>> {
  const scanner = new PageScanner(maxPageBytes);
  const reader = body.getReader();
  // Some runtimes leave a body open behind an aborted request.
  const stop = () => void reader.cancel().catch(() => undefined);
  context.signal.addEventListener("abort", stop, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      // What began and never ended is not lost: the next connection goes on behind the last whole page.
      if (done) return succeed("ended");
      for (const element of scanner.push(value)) {
        const failed = wire.streamError.safeParse(element).data;
        const now = Date.now();
        if (failed)
          return refuseAnswer(new Response(null, { status: failed.error.code }), element, {
            now,
            isSafe: true,
          });
        const page = readPage(element, position, { ...context, now });
        if (!page) return succeed("unsupported");
        if (!(await onPage(page))) return succeed("ended");
      }
    }
  } finally {
    context.signal.removeEventListener("abort", stop);
    await reader.cancel().catch(() => undefined);
  }
}

/** What says something about the chat or the key says it for pages too; any other refusal is about streaming. */
async function refuseStream(
  response: Response,
  position: ChatPosition,
  onPage: PageTaker,
  { now }: SendContext,
): Promise<Outcome<StreamEnd>> {
  const refusal = refuseAnswer(response, readJson(await response.text()), { now, isSafe: true });
  if (refusal.message === endedMessage) {
    await onPage(lastPage(position));
    return succeed("ended");
  }
  // A token that is too old is given up before streaming is.
  const isAboutToken = response.status === 400 && position.pageToken !== "";
  const isAboutStreaming = response.status === 501 || streamRefusals.has(refusal.code);
  return isAboutStreaming && !isAboutToken ? succeed("unsupported") : refusal;
}
