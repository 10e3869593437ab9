import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { sessionRecords } from "#durable-objects/hub-session/ask-session";
import { idleMs, type SessionState, usedGrainMs } from "#durable-objects/hub-session/session-state";

const now = Date.now();
const ended = now + 10 * idleMs;
const aState = (facts: Partial<SessionState> = {}): SessionState => ({
  userId: 7,
  stage: "full",
  usedAt: now,
  endsAt: ended,
  ...facts,
});

let count = 0;
const anId = () => (++count).toString(16).padStart(64, "0");
const records = sessionRecords(env.HUB_SESSION);
const stubOf = (id: string) => env.HUB_SESSION.get(env.HUB_SESSION.idFromName(`session-${id}`));

test("a session is remembered over the object's sleep, and nobody else's is found", async () => {
  const id = anId();
  await records.begin(id, aState());
  expect(await records.look(id, now)).toEqual(aState());
  await evictDurableObject(stubOf(id));
  expect(await records.look(id, now)).toEqual(aState());
  expect(await records.look(anId(), now)).toBeNull();
});

test("unused for an hour it is over; used, it goes on until it must end", async () => {
  const id = anId();
  await records.begin(id, aState());
  expect(await records.look(id, now + usedGrainMs - 1)).toEqual(aState());
  const later = now + idleMs - 1;
  expect(await records.look(id, later)).toEqual(aState({ usedAt: later }));
  expect(await records.look(id, later + idleMs)).toBeNull();
  const long = anId();
  await records.begin(long, aState({ usedAt: ended - 1 }));
  expect(await records.look(long, ended - 1)).not.toBeNull();
  expect(await records.look(long, ended)).toBeNull();
});

test("HBR-2 an ended session is gone, and so is what was stored of it", async () => {
  const id = anId();
  await records.begin(id, aState());
  await records.end(id);
  expect(await records.look(id, now)).toBeNull();
  const kept = await runInDurableObject(stubOf(id), (_, state) => state.storage.list());
  expect(kept.size).toBe(0);
});

test("a session that nobody ended is cleaned up after it is over", async () => {
  const id = anId();
  await records.begin(id, aState());
  expect(await runDurableObjectAlarm(stubOf(id))).toBe(true);
  const kept = await runInDurableObject(stubOf(id), (_, state) => state.storage.list());
  expect(kept.size).toBe(0);
});
