import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { mailWorld } from "#test/fakes/mail-world.workerd";

let count = 0;
const hour = 3_600_000;
const anOutbox = () => env.MAIL_OUTBOX.get(env.MAIL_OUTBOX.idFromName(`outbox-${++count}`));
const aMail = (facts: object = {}) => ({
  id: `mail-${++count}-0000`,
  to: "ada@pond.example",
  subject: "A subject-canary",
  text: "A text-canary",
  usefulUntil: mailWorld.now + 24 * hour,
  ...facts,
});

beforeEach(() => {
  mailWorld.now = Date.now();
  mailWorld.keyring = JSON.stringify({ k1: btoa("k".repeat(32)) });
  mailWorld.handed = [];
  mailWorld.answer = async () => ({ kind: "sent" });
});

async function dump(outbox: ReturnType<typeof anOutbox>): Promise<string> {
  return runInDurableObject(outbox, (_, state) =>
    JSON.stringify(state.storage.sql.exec("SELECT * FROM mails").toArray()),
  );
}

test("a mail that was taken is stored sealed and goes out by alarm, once, over the object's sleep; then it is wiped", async () => {
  const outbox = anOutbox();
  const mail = aMail();
  expect(await outbox.accept(mail)).toEqual({ ok: true, value: null });
  expect(mailWorld.handed).toEqual([]);
  expect(await dump(outbox)).not.toMatch(/canary|pond/);
  await evictDurableObject(outbox);
  expect(await runDurableObjectAlarm(outbox)).toBe(true);
  expect(mailWorld.handed).toEqual([mail]);
  expect(await outbox.accept(mail)).toEqual({ ok: true, value: null });
  await runDurableObjectAlarm(outbox);
  expect(mailWorld.handed).toHaveLength(1);
  expect(await dump(outbox)).toContain('"sealed":null');
  expect(await outbox.counts()).toEqual({ waiting: 0, sent: 1, failed: 0, problem: null });
});

test("a mail server that is away is asked again, less and less often, until the mail is of no use any more", async () => {
  const outbox = anOutbox();
  mailWorld.answer = async () => ({ kind: "later", reason: "ESOCKET" });
  await outbox.accept(aMail({ usefulUntil: mailWorld.now + hour }));
  const gaps: number[] = [];
  for (let tries = 0; tries < 30 && (await outbox.counts()).waiting > 0; tries++) {
    const before = mailWorld.handed.length;
    await runDurableObjectAlarm(outbox);
    if (mailWorld.handed.length > before) gaps.push(mailWorld.now);
    const next = await runInDurableObject(outbox, (_, state) =>
      Number(state.storage.sql.exec("SELECT min(next_at) AS next FROM mails").one()["next"] ?? 0),
    );
    if (next > 0) mailWorld.now = next;
  }
  expect(gaps.slice(1).map((at, index) => at - (gaps[index] ?? 0))).toEqual([
    15_000, 60_000, 300_000, 900_000,
  ]);
  expect(await outbox.counts()).toMatchObject({ waiting: 0, failed: 1, problem: "ESOCKET" });
  expect(await dump(outbox)).toContain('"sealed":null');
});

test("what the mail server refuses for good is not tried again, and others go on", async () => {
  const outbox = anOutbox();
  const bad = aMail({ to: "gone@pond.example" });
  mailWorld.answer = async ({ to }) =>
    to === bad.to ? { kind: "never", reason: "EENVELOPE 550" } : { kind: "sent" };
  await outbox.accept(bad);
  await outbox.accept(aMail());
  await runDurableObjectAlarm(outbox);
  expect(await outbox.counts()).toEqual({ waiting: 0, sent: 1, failed: 1, problem: "EENVELOPE 550" });
});

test("a mail that would come too late is not sent", async () => {
  const outbox = anOutbox();
  await outbox.accept(aMail({ usefulUntil: mailWorld.now + 1000 }));
  mailWorld.now += 1000;
  await runDurableObjectAlarm(outbox);
  expect(mailWorld.handed).toEqual([]);
  expect(await outbox.counts()).toMatchObject({ failed: 1 });
});

test("nobody's mail leaves nothing behind", async () => {
  const outbox = anOutbox();
  expect(await outbox.accept(null)).toEqual({ ok: true, value: null });
  expect(await outbox.counts()).toMatchObject({ waiting: 0, sent: 0, failed: 0 });
});

test("P11 without its key nothing is taken; with another one what waits is kept for the day the old one is back", async () => {
  const outbox = anOutbox();
  mailWorld.keyring = undefined;
  expect(await outbox.accept(aMail())).toMatchObject({ ok: false, code: "unavailable" });
  const first = JSON.stringify({ k1: btoa("k".repeat(32)) });
  mailWorld.keyring = first;
  await outbox.accept(aMail());
  mailWorld.keyring = JSON.stringify({ k2: btoa("z".repeat(32)) });
  await runDurableObjectAlarm(outbox);
  expect(await outbox.counts()).toMatchObject({ waiting: 1 });
  mailWorld.keyring = JSON.stringify({ k2: btoa("z".repeat(32)), k1: btoa("k".repeat(32)) });
  mailWorld.now += 60_000;
  await runDurableObjectAlarm(outbox);
  expect(await outbox.counts()).toMatchObject({ waiting: 0, sent: 1 });
});
