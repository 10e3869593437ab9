import type { Answer, PlatformConfig, Receipt, WebhookRequest } from "#contracts/platform";
import { isOurAddress, proofName } from "#platforms/youtube/callback-address";
import { channelOfTopic } from "#platforms/youtube/live-chat";
import { channelId, videoId } from "#platforms/youtube/wire";

const done: Answer = { status: 204, contentType: "text/plain", body: "" };
const longestChallenge = 500;

/**
 * A notification of the hub. Of its Atom only two ids matter, and both have an alphabet without any markup in it, so
 * the elements are looked for by name and nothing of the document is interpreted.
 */
export function parse({ body }: WebhookRequest): Receipt {
  const text = new TextDecoder().decode(body);
  const entries = [...text.matchAll(/<entry>([\s\S]{0,20000}?)<\/entry>/g)].map(([, entry = ""]) => entry);
  const targets = entries.flatMap((entry) => {
    const video = videoId.safeParse(/<yt:videoId>([^<]*)</.exec(entry)?.[1]);
    const channel = channelId.safeParse(/<yt:channelId>([^<]*)</.exec(entry)?.[1]);
    return video.success && channel.success ? [{ channelId: channel.data, videoId: video.data }] : [];
  });
  const [first] = targets;
  if (!first) return { kind: "ignored", reason: "no video in it", answer: done };
  return { kind: "broadcast", ...first, answer: done };
}

/**
 * The hub asks whether we asked. The challenge is given back as it came, and as nothing a browser would run. Whoever asks
 * without the proof in the address we gave the hub is turned away before anything is looked up.
 */
export async function parseQuestion(query: URLSearchParams, config: PlatformConfig): Promise<Receipt> {
  const unknown = { status: 404, contentType: "text/plain; charset=utf-8", body: "unknown topic" };
  const mode = query.get("hub.mode");
  const challenge = query.get("hub.challenge") ?? "";
  const target = channelOfTopic(query.get("hub.topic") ?? "");
  if (mode === "denied") return { kind: "ignored", reason: "the hub refused a subscription", answer: done };
  if (!target || (mode !== "subscribe" && mode !== "unsubscribe") || !/^[\x21-\x7e]+$/.test(challenge))
    return { kind: "ignored", reason: "not a question of a hub", answer: unknown };
  if (challenge.length > longestChallenge)
    return { kind: "ignored", reason: "too long a challenge", answer: unknown };
  if (!(await isOurAddress(query.get(proofName) ?? "", target, config)))
    return { kind: "ignored", reason: "asked at an address that was never given", answer: unknown };
  const leaseSeconds = Number(query.get("hub.lease_seconds") ?? 0);
  return {
    kind: "challenge",
    subscriptionId: mode,
    topic: mode === "subscribe" ? "websub" : "websub.unsubscribe",
    target,
    answer: { status: 200, contentType: "text/plain; charset=utf-8", body: challenge },
    refused: unknown,
    ...(Number.isSafeInteger(leaseSeconds) && leaseSeconds > 0 && { leaseSeconds }),
  };
}
