import type { Context } from "hono";
import { openDatabase } from "#db/client";
import { sessionRecords } from "#durable-objects/hub-session/ask-session";
import { longestMs, type SessionStage } from "#durable-objects/hub-session/session-state";
import { sha256Hex } from "#lib/sha256";
import type { ApiBindings } from "#workers/api/bindings";
import { randomText } from "#workers/api/connections/random-text";
import { readSessionCookie, setSessionCookie } from "#workers/api/session/session-cookie";
import { findSessionPerson, type NewSession, type SessionPerson } from "#workers/api/session/session-store";

/** A session that lives: listed in Postgres and remembered by its object. Either one missing ends it. */
export interface LiveSession {
  id: string;
  /** What the browser holds. */
  token: string;
  stage: SessionStage;
  person: SessionPerson;
}

/** The session this request belongs to; undefined for none, or one that is over. */
export async function findSession(
  c: Context<ApiBindings>,
  superAdmins: readonly string[],
): Promise<LiveSession | undefined> {
  const token = readSessionCookie(c);
  if (token === undefined) return undefined;
  const id = await sha256Hex(token);
  const [remembered, person] = await Promise.all([
    sessionRecords(c.env.HUB_SESSION).look(id, Date.now()),
    findSessionPerson(openDatabase(c.env), id, superAdmins),
  ]);
  if (!remembered || !person || remembered.userId !== person.id) return undefined;
  return { id, token, stage: remembered.stage, person };
}

/** A session to be listed; its token was never used before (session fixation). */
export interface PreparedSession extends NewSession {
  token: string;
}

export async function prepareSession(c: Context<ApiBindings>): Promise<PreparedSession> {
  const token = randomText();
  const userAgent = c.req.header("user-agent") ?? null;
  return { token, id: await sha256Hex(token), userAgent, endsAt: Date.now() + longestMs };
}

/** Called once the session is listed: remembers it, ends the one this browser had, and gives the browser its token. */
export async function openSession(
  c: Context<ApiBindings>,
  { token, id, endsAt }: PreparedSession,
  { userId, stage }: { userId: number; stage: SessionStage },
): Promise<void> {
  const records = sessionRecords(c.env.HUB_SESSION);
  const before = await replacedSession(c);
  if (before !== undefined) await records.end(before);
  await records.begin(id, { userId, stage, usedAt: Date.now(), endsAt });
  setSessionCookie(c, token);
}

/** The id of the session this browser had until now, whosever it was. */
export async function replacedSession(c: Context<ApiBindings>): Promise<string | undefined> {
  const held = readSessionCookie(c);
  return held === undefined ? undefined : sha256Hex(held);
}
