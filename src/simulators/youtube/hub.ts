import { createHmac } from "node:crypto";
import { Hono } from "hono";
import type { Deliver } from "#simulators/delivery";
import type { Random } from "#simulators/random";

/** How long it waits for an answer; not published, so this is ours. */
const timeoutMs = 10_000;

export interface Subscriber {
  callback: string;
  secret: string;
}
interface Subscription extends Subscriber {
  topic: string;
}

export interface HubAnswer {
  status: number;
  body: string;
}

export interface Hub {
  routes: Hono;
  /** Tells every subscriber of the channel of a video; the answers' statuses, 0 where none came. Without one, `remembered`. */
  notify(channelId: string, videoId: string, remembered?: Subscriber): Promise<number[]>;
  /** Asks a callback the hub's question, wanted or not. */
  ask(callback: string, topic: string, mode?: string): Promise<HubAnswer & { challenge: string }>;
  subscribers(): readonly string[];
}

/** WebSub as Google's hub does it: a question before a subscription counts, HMAC-SHA1 over what is distributed. */
export function makeHub(parts: {
  random: Random;
  /** The edge's address on this machine takes the place of the one it is known by outside. */
  edgeUrl: () => string;
  deliver: Deliver;
  background(work: Promise<unknown>): void;
}): Hub {
  const { random, background } = parts;
  const subscriptions = new Map<string, Subscription>();
  const routes = new Hono();
  const reach = (callback: string) => {
    const { pathname, search } = new URL(callback);
    return new URL(`${pathname}${search}`, parts.edgeUrl());
  };

  const ask: Hub["ask"] = async (callback, topic, mode = "subscribe") => {
    const challenge = random.hex(16);
    const url = reach(callback);
    url.searchParams.set("hub.mode", mode);
    url.searchParams.set("hub.topic", topic);
    url.searchParams.set("hub.challenge", challenge);
    url.searchParams.set("hub.lease_seconds", "432000");
    const response = await fetch(url, { redirect: "manual" });
    return { status: response.status, body: await response.text(), challenge };
  };

  routes.post("/subscribe", async (context) => {
    const form = new URLSearchParams(await context.req.text());
    const [topic, callback, secret] = ["hub.topic", "hub.callback", "hub.secret"].map((name) =>
      form.get(name),
    );
    if (!topic || !callback || !secret || secret.length > 200) return context.text("bad request", 400);
    background(
      ask(callback, topic).then(({ status, body, challenge }) => {
        if (status === 200 && body === challenge)
          subscriptions.set(`${callback} ${topic}`, { topic, callback, secret });
      }),
    );
    return context.body(null, 202);
  });

  return {
    routes,
    ask,
    subscribers: () => [...subscriptions.values()].map(({ topic }) => topic),
    async notify(channelId, videoId, remembered) {
      const body = atom(channelId, videoId);
      const wanted = [...subscriptions.values()].filter(({ topic }) => topic.endsWith(`=${channelId}`));
      return Promise.all(
        (wanted.length === 0 && remembered ? [remembered] : wanted).map(async ({ callback, secret }) => {
          const signature = `sha1=${createHmac("sha1", secret).update(body).digest("hex")}`;
          const headers = { "content-type": "application/atom+xml", "x-hub-signature": signature };
          const { pathname, search } = new URL(callback);
          const { answer } = await parts.deliver({
            platform: "youtube",
            id: `${channelId}/${videoId}`,
            timeoutMs,
            retryDelaysMs: [],
            request: () => ({ path: pathname + search, headers, body }),
          });
          return answer?.status ?? 0;
        }),
      );
    },
  };
}

/** A notification as the hub distributes it. */
export function atom(channelId: string, videoId: string, title = "We are live &lt;now&gt;"): string {
  return `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom"><link rel="hub" href="https://pubsubhubbub.appspot.com"/><link rel="self" href="https://www.youtube.com/xml/feeds/videos.xml?channel_id=${channelId}"/><title>YouTube video feed</title><updated>2026-05-20T12:00:00.000000000+00:00</updated><entry>
  <id>yt:video:${videoId}</id>
  <yt:videoId>${videoId}</yt:videoId>
  <yt:channelId>${channelId}</yt:channelId>
  <title>${title}</title>
  <link rel="alternate" href="https://www.youtube.com/watch?v=${videoId}"/>
  <author><name>Pia</name><uri>https://www.youtube.com/channel/${channelId}</uri></author>
  <published>2026-05-20T11:59:00+00:00</published>
  <updated>2026-05-20T12:00:00.000000000+00:00</updated>
</entry></feed>
`;
}
