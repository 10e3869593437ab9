import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import * as z from "zod";
import type { Execution } from "#contracts/execution";
import { judge, recordOf, type Said } from "./rehearsal-bot.ts";

const viewers = [
  { id: "ada", name: "Ada", role: "owner" },
  { id: "mo", name: "Mo", role: "moderator" },
  { id: "pingu", name: "Pingu", role: "member" },
  { id: "skipper", name: "Skipper", role: "member" },
  { id: "gunter", name: "Gunter", role: "member" },
];
const platforms = [
  { name: "twitch", channelName: "waddle_live" },
  { name: "discord", channelName: "#general" },
  { name: "slack", channelName: "#stream-team" },
];
const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'";

const overlayPage = `<!doctype html><title>overlay</title><body style="margin:0;font:700 72px sans-serif">
<p style="position:absolute;left:80px;bottom:60px;margin:0;padding:28px 48px;border-radius:28px;background:#12212f;color:#fff">
Pingu says: Waddle on!</p></body>`;

const sayBody = z.object({ platform: z.string(), viewer: z.string(), text: z.string() });
const eventBody = z.object({ kind: z.string(), viewer: z.string(), amount: z.number().optional() });

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

function sendJson(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** A line as the page reads it; loose on purpose, so that a test can send what it must refuse. */
export type FakeMessage = Record<string, unknown> & { id: string };

/**
 * A rehearsal stage in memory, with the hub's built files beside it under a strict content security policy.
 * `replyAfterMs` is how long the fake bot thinks.
 */
export async function startRehearsalServer(options: { dist: string; replyAfterMs?: number }) {
  const messages: FakeMessage[] = [];
  const records = new Map<string, Execution>();
  const streams = new Set<ServerResponse>();
  const timers = new Set<NodeJS.Timeout>();
  const quotes: string[] = [];
  const told = { said: [] as Said[], events: [] as z.infer<typeof eventBody>[] };
  const faults = { hasStage: true, isStreamDown: false, failNextSays: 0 };
  let counter = 0;

  function later(ms: number, act: () => void) {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  }

  function push(message: FakeMessage) {
    const known = messages.findIndex((other) => other.id === message.id);
    messages.splice(known < 0 ? messages.length : known, known < 0 ? 0 : 1, message);
    for (const stream of streams) stream.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
  }

  function hear(said: Said): { eventId: string; messageId: string } {
    counter += 1;
    const eventId = `${said.platform}:e${counter}`;
    const line = { platform: said.platform, entityId: `${said.platform}:1`, at: Date.now() };
    const name = viewers.find(({ id }) => id === said.viewer)?.name ?? said.viewer;
    const author = { kind: "viewer", name };
    push({ id: `m${counter}`, ...line, author, text: said.text, eventId, delivery: "delivered" });
    const { reply, ...verdict } = judge(said, quotes);
    const id = `r${counter}`;
    // As on the real platform, a Slack reply outside of a thread does not say what it answers.
    const cause = said.platform === "slack" ? {} : { inReplyTo: eventId };
    const speaker = { kind: "bot", name: "WaddleBot" };
    const bot = { id, ...line, author: speaker, platformMessageId: `p-${eventId}`, ...cause };
    if (reply !== undefined) push({ ...bot, text: "", isPending: true });
    later(options.replyAfterMs ?? 120, () => {
      records.set(
        eventId,
        recordOf(eventId, line.entityId, said, reply === undefined ? verdict : { reply, ...verdict }),
      );
      const ephemeral = verdict.ephemeral === true;
      if (reply !== undefined) push({ ...bot, at: Date.now(), text: reply, ephemeral });
    });
    return { eventId, messageId: `m${counter}` };
  }

  async function say(request: IncomingMessage, response: ServerResponse) {
    const said = sayBody.parse(await readBody(request));
    if (faults.failNextSays > 0) {
      faults.failNextSays -= 1;
      const error = { message: "Twitch takes at most 500 characters. Please shorten it.", field: "text" };
      return sendJson(response, 400, { error });
    }
    told.said.push(said);
    return sendJson(response, 200, hear(said));
  }

  async function happen(request: IncomingMessage, response: ServerResponse) {
    const event = eventBody.parse(await readBody(request));
    told.events.push(event);
    counter += 1;
    const text = `${event.viewer}: ${event.kind}`;
    const author = { kind: "system", name: "Twitch" };
    push({ id: `m${counter}`, platform: "twitch", entityId: "twitch:1", at: Date.now(), author, text });
    sendJson(response, 200, { eventId: `twitch:e${counter}` });
  }

  async function sendFile(path: string, response: ServerResponse) {
    const wanted = extname(path) === "" ? "/index.html" : normalize(path);
    try {
      const body = await readFile(join(options.dist, wanted));
      const headers = {
        "content-type": types[extname(wanted)] ?? "application/octet-stream",
        "content-security-policy": `${policy}; frame-src 'self'; base-uri 'none'; form-action 'none'`,
      };
      response.writeHead(200, headers).end(body);
    } catch {
      response.writeHead(404).end();
    }
  }

  function stream(response: ServerResponse) {
    if (faults.isStreamDown) return void response.writeHead(502).end();
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write("retry: 200\n\n");
    streams.add(response);
    response.on("close", () => streams.delete(response));
  }

  async function route(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? "/", "http://fake");
    if (url.pathname === "/overlay/demo") {
      return void response.writeHead(200, { "content-type": "text/html" }).end(overlayPage);
    }
    if (!url.pathname.startsWith("/rehearsal/")) return sendFile(url.pathname, response);
    if (!faults.hasStage) return sendJson(response, 404, { error: { message: "Not found." } });
    switch (`${request.method} ${url.pathname}`) {
      case "GET /rehearsal/state":
        return sendJson(response, 200, { platforms, viewers, messages, overlayUrl: "/overlay/demo" });
      case "GET /rehearsal/stream":
        return stream(response);
      case "GET /rehearsal/why": {
        const record = records.get(url.searchParams.get("eventId") ?? "");
        return sendJson(
          response,
          record === undefined ? 404 : 200,
          record ?? { error: { message: "Not yet." } },
        );
      }
      case "POST /rehearsal/say":
        return say(request, response);
      case "POST /rehearsal/event":
        return happen(request, response);
      default:
        return sendJson(response, 404, { error: { message: "Not found." } });
    }
  }

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      sendJson(response, 500, { error: { message: String(error) } });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the fake stage has no port");

  return {
    url: `http://127.0.0.1:${address.port}`,
    told,
    faults,
    push,
    dropStreams: () => streams.forEach((one) => void one.destroy()),
    clear() {
      messages.length = 0;
      quotes.length = 0;
      told.said.length = 0;
      told.events.length = 0;
      Object.assign(faults, { hasStage: true, isStreamDown: false, failNextSays: 0 });
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
