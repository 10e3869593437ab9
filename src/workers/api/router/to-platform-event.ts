import { createHash } from "node:crypto";
import { type MessageType, type PlatformEvent, platformEvent } from "#contracts/event";
import { type EntityParts, makeEntityId, parseEntityId } from "#contracts/ids";
import { eventFacts } from "#workers/api/router/event-facts";
import { type EventRequest, eventPlatforms } from "#workers/api/router/event-request";
import { type FieldProblem, problemsOf } from "#workers/shared/envelope";

export interface Arrival {
  now: number;
  /** Of the request; a UUID. */
  correlationId: string;
  newId(): string;
}

export type ReadEvent =
  | { ok: true; event: PlatformEvent; place: EntityParts }
  | { ok: false; problems: FieldProblem[] };

const missing = (field: string): FieldProblem => ({ field, message: "Is required" });

/** What somebody reports, in our words; every missing or contradicting field is named. */
export function toPlatformEvent(request: EventRequest, arrival: Arrival): ReadEvent {
  const place = placeOf(request);
  const name = request.user_name ?? request.username;
  const type = typeOf(request);
  const facts = type && eventFacts(type, request);
  const problems = [
    ...("problems" in place ? place.problems : []),
    ...(name === undefined ? [missing("user_name")] : []),
    ...(name?.trim() === "" ? [{ field: "user_name", message: "Must not be blank" }] : []),
    ...(type === undefined ? [missing("message_type")] : []),
    ...(facts?.missing ?? []).map(missing),
  ];
  if (problems.length > 0 || "problems" in place) return { ok: false, problems };
  const entityId = makeEntityId(place);
  const parsed = platformEvent.safeParse({
    type,
    ...facts?.fields,
    id: idOf(request, entityId, arrival),
    platform: place.platform,
    entityId,
    user: { id: request.user_id, login: name, name },
    receivedAt: arrival.now,
    occurredAt: request.timestamp === undefined ? arrival.now : Math.max(0, Date.parse(request.timestamp)),
    correlationId: arrival.correlationId,
    origin: "api",
    replyTo: {
      kind: "chat",
      platform: place.platform,
      channel: place.channel ?? place.server,
      ...(place.channel === undefined ? {} : { server: place.server }),
    },
  });
  return parsed.success
    ? { ok: true, event: parsed.data, place }
    : { ok: false, problems: problemsOf(parsed.error) };
}

/** `message_type`, or chat when only `message` of the later API is there; `gift_subscription` is a subgift. */
function typeOf({ message_type, message, command, command_name }: EventRequest): MessageType | undefined {
  if (message_type === "gift_subscription") return "subgift";
  if (message_type !== undefined) return message_type;
  if (command_name !== undefined) return "slashCommand";
  return message === undefined && command === undefined ? undefined : "chatMessage";
}

function placeOf(request: EventRequest): EntityParts | { problems: FieldProblem[] } {
  const { entity_id, platform, server_id, channel_id } = request;
  if (entity_id === undefined) {
    if (platform === undefined || server_id === undefined) {
      const needed = { platform, server_id };
      return {
        problems: (["platform", "server_id"] as const).filter((field) => !needed[field]).map(missing),
      };
    }
    return channel_id === undefined
      ? { platform, server: server_id }
      : { platform, server: server_id, channel: channel_id };
  }
  const place = parseEntityId(entity_id);
  const isOurs =
    place !== undefined && makeEntityId(place) === entity_id && eventPlatforms.includes(place.platform);
  if (!isOurs || [place.server, place.channel ?? ""].some((part) => part.length > 255))
    return {
      problems: [{ field: "entity_id", message: "Must be platform:server or platform:server:channel" }],
    };
  const said = { platform, server_id, channel_id };
  const held = { platform: place.platform, server_id: place.server, channel_id: place.channel };
  const contradicting = (["platform", "server_id", "channel_id"] as const).filter(
    (field) => said[field] !== undefined && said[field] !== held[field],
  );
  if (contradicting.length === 0) return place;
  return { problems: contradicting.map((field) => ({ field, message: "Contradicts entity_id" })) };
}

/** Named by the platform's own id and its channel, so that it has one effect, in one channel, however often it comes. */
function idOf(request: EventRequest, entityId: string, { newId }: Arrival): string {
  const given = request.event_id ?? request.message_id ?? request.interaction_id;
  if (given === undefined) return `api:${newId()}`;
  const id = `api:${entityId}:${given}`;
  return id.length <= 512 ? id : `api:${createHash("sha256").update(id).digest("hex")}`;
}
