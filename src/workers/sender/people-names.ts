import type { NameAnswer, NamePlace } from "#contracts/people-names";
import { nameBookName } from "#durable-objects/name-book/name-book";
import { platforms } from "#platforms/registry";
import { callContext } from "#workers/sender/call-context";
import { gateOf } from "#workers/sender/gate";
import { type SpeakerContext, tokenFor } from "#workers/sender/tokens";

/** Nobody can be asked here before somebody connects the platform. */
const notConnectedMs = 300_000;

/** From the workspace's book; nothing is looked up where a platform's events carry names themselves. */
export async function namesOf(
  env: SenderEnv,
  place: NamePlace,
  ids: readonly string[],
): Promise<Record<string, string>> {
  if (!platforms.get(place.platform)?.nameOf || ids.length === 0) return {};
  return env.NAME_BOOK.get(env.NAME_BOOK.idFromName(nameBookName(place))).namesOf(place, ids);
}

/** One call to the platform with the token of that place. Fails open: without an answer the id stays. */
export async function askName(env: SenderEnv, place: NamePlace, id: string): Promise<NameAnswer> {
  const { platform, server, entityId } = place;
  const context: SpeakerContext = { env, background: (work) => void work };
  const target = { kind: "chat" as const, platform, channel: server, server };
  const speaker = await tokenFor(context, { target, entityId });
  const nameOf = platforms.get(platform)?.nameOf;
  if (!speaker.ok || !nameOf) return { kind: "later", waitMs: notConnectedMs };
  const { token, identity } = speaker.value;
  const gate = gateOf(env, platform, identity);
  return nameOf({ server, id }, { ...callContext(env, crypto.randomUUID()), token, gate });
}
