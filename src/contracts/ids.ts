/** The parts of a channel's identity. Flat platforms (Twitch) have no server apart from the channel. */
export interface EntityParts {
  platform: string;
  server: string;
  channel?: string | undefined;
}

/**
 * The id of one channel: `platform:server[:channel]` (10-router §1.1).
 * Each part is escaped, so that no part can pose as a separator: (`a:b`,`c`) and (`a`,`b:c`) stay two channels.
 */
export function makeEntityId({ platform, server, channel }: EntityParts): string {
  const parts = channel === undefined ? [platform, server] : [platform, server, channel];
  return parts.map(escapePart).join(":");
}

/** The inverse of {@link makeEntityId}; undefined when the text is no entity id. */
export function parseEntityId(entityId: string): EntityParts | undefined {
  const [platform, server, channel, ...rest] = entityId.split(":").map(unescapePart);
  if (!platform || !server || rest.length > 0 || channel === "") return undefined;
  return { platform, server, channel };
}

/** The key of one person on one platform. Platform ids, never logins: names change hands. */
export function makeUserKey(platform: string, userId: string): string {
  return `${escapePart(platform)}:${escapePart(userId)}`;
}

/** The inverse of {@link makeUserKey}; undefined when the text is no user key. */
export function parseUserKey(userKey: string): { platform: string; userId: string } | undefined {
  const [platform, userId, ...rest] = userKey.split(":").map(unescapePart);
  return platform && userId && rest.length === 0 ? { platform, userId } : undefined;
}

/** The key of one effect, derived and therefore equal on every retry: `eventId/module/index`. */
export function makeEffectKey(eventId: string, module: string, index: number): string {
  return `${eventId}/${module}/${index}`;
}

/** The public id of what came of one event; says which channel to ask. */
export function makeExecutionId(entityId: string, eventId: string): string {
  return `${toBase64Url(entityId)}.${toBase64Url(eventId)}`;
}

/** The inverse of {@link makeExecutionId}; undefined when the text is no execution id. */
export function parseExecutionId(id: string): { entityId: string; eventId: string } | undefined {
  const [entityId, eventId, ...rest] = id.split(".").map(fromBase64Url);
  return entityId && eventId && rest.length === 0 ? { entityId, eventId } : undefined;
}

function toBase64Url(text: string): string {
  const binary = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): string | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined;
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(binary, (char) => char.charCodeAt(0)),
    );
  } catch {
    return undefined;
  }
}

function escapePart(part: string): string {
  return part.replaceAll("%", "%25").replaceAll(":", "%3A");
}

function unescapePart(part: string): string {
  return part.replaceAll("%3A", ":").replaceAll("%25", "%");
}
