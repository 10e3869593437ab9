import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Clock } from "#simulators/clock";
import { parseJson } from "#simulators/parse-json";
import type { SimulatorSecrets } from "#simulators/secrets";
import type { Broadcast, Broadcasts } from "#simulators/youtube/broadcasts";
import { pushPages, type StreamFaults } from "#simulators/youtube/stream";

const insertBody = z.object({
  snippet: z.object({
    liveChatId: z.string(),
    type: z.literal("textMessageEvent"),
    textMessageDetails: z.object({ messageText: z.string().min(1).max(200) }),
  }),
});
const banBody = z.object({
  snippet: z.object({
    liveChatId: z.string(),
    type: z.enum(["permanent", "temporary"]),
    banDurationSeconds: z.int().positive().optional(),
    bannedUserDetails: z.object({ channelId: z.string() }),
  }),
});

/** Google's own words for a key it does not know. */
const badKey = {
  error: {
    code: 400,
    message: "API key not valid. Please pass a valid API key.",
    errors: [{ message: "API key not valid.", domain: "global", reason: "badRequest" }],
    status: "INVALID_ARGUMENT",
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "API_KEY_INVALID",
        domain: "googleapis.com",
      },
    ],
  },
};

/** What one call takes of a project's 10,000 units a day. */
const cost = { list: 5, video: 1, write: 50 };

export interface ApiParts {
  clock: Clock;
  secrets: SimulatorSecrets["youtube"];
  broadcasts: Broadcasts;
  /** Whose access token this is; undefined for none of ours. */
  accountOf(token: string): string | undefined;
  quota: { limit: number; used: number };
  /** Communities' own keys, each with a quota of its own. */
  keys: Map<string, { limit: number; used: number }>;
  faults: StreamFaults;
  /** How often each call was made. */
  calls: { pages: number; streams: number };
  pollingMs: number;
  makeId(): string;
  onSaid(broadcast: Broadcast, text: string, id: string): void;
}

/** One thing the bot did beside talking. */
export interface Deed {
  call: string;
  body: unknown;
}

/** The parts of the Data API a bot in a live chat calls. Every call counts, also one that is refused. */
export function makeApiRoutes(parts: ApiParts): { routes: Hono; deeds: Deed[] } {
  const { clock, secrets, broadcasts, quota } = parts;
  const deeds: Deed[] = [];
  const routes = new Hono();

  const fail = (context: Context, status: 400 | 401 | 403 | 404 | 405 | 500 | 501, reason: string) =>
    context.json(
      { error: { code: status, message: reason, errors: [{ reason, domain: "youtube" }] } },
      status,
    );
  /** Undefined when the call may go on. */
  const charge = (context: Context, units: number, needsAccount: boolean): Response | undefined => {
    const given = context.req.header("x-goog-api-key") ?? "";
    const counted = parts.keys.get(given) ?? quota;
    counted.used += units;
    if (counted.used > counted.limit) return fail(context, 403, "quotaExceeded");
    const token = context.req.header("authorization")?.replace(/^Bearer /, "");
    if (token !== undefined)
      return parts.accountOf(token) === undefined ? fail(context, 401, "authError") : undefined;
    if (context.req.query("key") !== undefined) return fail(context, 400, "keyInAddress");
    if (given !== secrets.apiKey && !parts.keys.has(given)) return context.json(badKey, 400);
    return needsAccount ? fail(context, 401, "authError") : undefined;
  };

  routes.get("/videos", (context) => {
    const refused = charge(context, cost.video, false);
    if (refused) return refused;
    const broadcast = broadcasts.byVideo(context.req.query("id") ?? "");
    return context.json({ items: broadcast ? [videoOf(broadcast)] : [] });
  });

  routes.get("/channels", (context) => {
    const refused = charge(context, 1, true);
    if (refused) return refused;
    const token = context.req.header("authorization")?.replace(/^Bearer /, "") ?? "";
    return context.json({ items: [{ id: parts.accountOf(token), snippet: { title: "A channel" } }] });
  });

  /** Where reading is to begin, or why it may not. */
  const readFrom = (context: Context): { broadcast: Broadcast; from: number } | Response => {
    const broadcast = broadcasts.byChat(context.req.query("liveChatId") ?? "");
    if (!broadcast) return fail(context, 404, "liveChatNotFound");
    if (broadcast.chat === "members") return fail(context, 403, "forbidden");
    if (broadcast.chat === "off") return fail(context, 403, "liveChatDisabled");
    // A page token is where the last page ended.
    const from = Number(/^p(\d+)$/.exec(context.req.query("pageToken") ?? "p0")?.[1] ?? Number.NaN);
    if (!Number.isInteger(from)) return fail(context, 400, "pageTokenInvalid");
    return { broadcast, from };
  };

  routes.get("/liveChat/messages", (context) => {
    parts.calls.pages++;
    const refused = charge(context, cost.list, false);
    if (refused) return refused;
    const place = readFrom(context);
    return place instanceof Response ? place : context.json(pageOf(place.broadcast, place.from));
  });

  routes.get("/liveChat/messages/stream", (context) => {
    parts.calls.streams++;
    const refused = charge(context, cost.list, false);
    if (refused) return refused;
    const fault = parts.faults.take();
    if (fault?.kind === "refused") return fail(context, fault.status, fault.reason ?? "notImplemented");
    const place = readFrom(context);
    if (place instanceof Response) return place;
    const { broadcast, from } = place;
    const body = pushPages({ from, fault, page: (at) => pageOf(broadcast, at), broadcasts, clock });
    return new Response(body, { headers: { "content-type": "application/json; charset=UTF-8" } });
  });

  function pageOf(broadcast: Broadcast, from: number) {
    const items = broadcast.items.slice(from, from + 200);
    const next = from + items.length;
    const isEnd = broadcast.endedAt !== undefined && next >= broadcast.items.length;
    return {
      kind: "youtube#liveChatMessageListResponse",
      nextPageToken: `p${next}`,
      pollingIntervalMillis: parts.pollingMs,
      pageInfo: { totalResults: items.length, resultsPerPage: items.length },
      items,
      ...(isEnd ? { offlineAt: new Date(broadcast.endedAt ?? 0).toISOString() } : {}),
    };
  }

  routes.post("/liveChat/messages", async (context) => {
    const refused = charge(context, cost.write, true);
    if (refused) return refused;
    const body = insertBody.safeParse(parseJson(await context.req.text()));
    if (!body.success) return fail(context, 400, "messageTextInvalid");
    const broadcast = broadcasts.byChat(body.data.snippet.liveChatId);
    if (!broadcast) return fail(context, 404, "liveChatNotFound");
    if (broadcast.endedAt !== undefined) return fail(context, 403, "liveChatEnded");
    const { messageText } = body.data.snippet.textMessageDetails;
    const author = { channelId: secrets.botChannelId, displayName: "WaddleBot" };
    const snippet = { type: "textMessageEvent", textMessageDetails: { messageText } };
    const { id } = broadcasts.say(broadcast, author, snippet);
    parts.onSaid(broadcast, messageText, id);
    return context.json({ id, snippet });
  });

  routes.delete("/liveChat/messages", (context) => {
    const refused = charge(context, cost.write, true);
    if (refused) return refused;
    const id = context.req.query("id") ?? "";
    if (!broadcasts.remove(id)) return fail(context, 404, "messageNotFound");
    deeds.push({ call: `DELETE message ${id}`, body: null });
    return context.body(null, 204);
  });

  routes.post("/liveChat/bans", async (context) => {
    const refused = charge(context, cost.write, true);
    if (refused) return refused;
    const body = banBody.safeParse(parseJson(await context.req.text()));
    if (!body.success) return fail(context, 400, "banInvalid");
    if (!broadcasts.byChat(body.data.snippet.liveChatId)) return fail(context, 404, "liveChatNotFound");
    deeds.push({ call: "POST ban", body: body.data.snippet });
    return context.json({ id: parts.makeId(), snippet: body.data.snippet });
  });

  routes.on(["POST"], "/liveChat/moderators", async (context) => {
    const refused = charge(context, cost.write, true);
    if (refused) return refused;
    deeds.push({ call: "POST moderator", body: parseJson(await context.req.text()) });
    return context.json({ id: parts.makeId() });
  });
  routes.on(["DELETE"], ["/liveChat/bans", "/liveChat/moderators"], (context) => {
    const refused = charge(context, cost.write, true);
    if (refused) return refused;
    deeds.push({ call: `DELETE ${new URL(context.req.url).pathname.split("/").at(-1)}`, body: null });
    return context.body(null, 204);
  });

  function videoOf({ videoId, channelId, title, chatId, chat, ...times }: Broadcast) {
    const { startedAt, scheduledAt, endedAt } = times;
    const iso = (at: number) => new Date(at).toISOString();
    const isOver = endedAt !== undefined;
    const begun = startedAt === undefined ? "upcoming" : "live";
    const state = isOver ? "none" : begun;
    return {
      id: videoId,
      snippet: { channelId, title, liveBroadcastContent: state },
      liveStreamingDetails: {
        ...(scheduledAt !== undefined && { scheduledStartTime: iso(scheduledAt) }),
        ...(startedAt !== undefined && { actualStartTime: iso(startedAt) }),
        ...(isOver && { actualEndTime: iso(endedAt) }),
        ...(!isOver && chat !== "off" && { activeLiveChatId: chatId }),
      },
    };
  }

  return { routes, deeds };
}
