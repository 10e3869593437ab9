import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { refuse, succeed } from "#contracts/outcome";
import type { ActionRequest } from "#contracts/platform-action";
import { linkAccount } from "#db/account-links";
import { askForLink, checkLinkCode, findAccount, listWishes } from "#db/link-codes";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { deliverCodes } from "#durable-objects/channel/deliver-codes";

const by = { actor: "test", ipHash: null, userAgent: null, requestId: "r" };
let database: TestDatabase;
let ada: number;
let sent: ActionRequest[];
let isReachable: boolean;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database?.close());

beforeEach(async () => {
  const { db } = database;
  [sent, isReachable] = [[], true];
  await db.execute(
    sql`TRUNCATE hub_users, communities, servers, community_activity, community_memberships, link_codes CASCADE`,
  );
  await db.execute(
    sql`INSERT INTO communities (id, slug, name) VALUES (1, 'waddlebot-global', 'g'), (7, 'seven', 's')`,
  );
  await db.execute(
    sql`INSERT INTO servers (entity_id, community_id, platform, server_id) VALUES ('discord:1:2', 7, 'discord', '1')`,
  );
  for (const [key, name] of [
    ["discord:71", "Ada_L"],
    ["discord:72", "mallory"],
  ] as const) {
    await db.execute(
      sql`INSERT INTO community_memberships (community_id, user_key) VALUES (7, ${key}), (1, ${key})`,
    );
    await db.execute(
      sql`INSERT INTO community_activity (community_id, user_key, user_name) VALUES (1, ${key}, ${name})`,
    );
  }
  ada = await aPerson("1");
});

async function aPerson(twitchId: string): Promise<number> {
  const { rows } = await database.db.execute(
    sql`INSERT INTO hub_users (username, display_name) VALUES (${twitchId}, 'Ada') RETURNING id`,
  );
  const userId = Number(rows[0]?.["id"]);
  await linkAccount(
    database.db,
    { userId, platform: "twitch", platformUserId: twitchId, platformUsername: "ada", method: "oauth" },
    by,
  );
  return userId;
}

const sender = {
  async act(request: ActionRequest) {
    sent.push(request);
    return isReachable ? succeed({}) : refuse("forbidden", { message: "no" });
  },
};

const ask = (userId = ada, platformUserId = "71") =>
  askForLink(
    database.db,
    { userId, askedBy: "Ada (on twitch)", platform: "discord", platformUserId, platformUsername: "Ada_L" },
    by,
  );
const check = (typed: string, platformUserId = "71") =>
  checkLinkCode(database.db, { platform: "discord", platformUserId, typed });
const codeIn = (request: ActionRequest | undefined) =>
  z.string().parse(/!verify ([A-Z2-9]{6}) /.exec(String(request?.params["text"]))?.[1]);

async function aSentCode(userId = ada): Promise<string> {
  expect(await ask(userId)).toEqual({ kind: "asked" });
  await deliverCodes(database.db, sender);
  return codeIn(sent.at(-1));
}

const later = (seconds: number) =>
  database.db.execute(sql`UPDATE link_codes SET asked_at = asked_at - make_interval(secs => ${seconds}),
    expires_at = expires_at - make_interval(secs => ${seconds}), day_began = day_began - make_interval(secs => ${seconds})`);

test("IDN-1 a code goes to the named account alone and links it from there; the lookup then finds the person", async () => {
  const code = await aSentCode();
  expect(sent).toMatchObject([
    { entityId: "discord:1:2", communityId: 7, action: "whisper", params: { userId: "71" } },
  ]);
  expect(await check(`${code.slice(0, 3).toLowerCase()}-${code.slice(3)} `)).toEqual({
    kind: "right",
    userId: ada,
  });
  const link = {
    userId: ada,
    platform: "discord",
    platformUserId: "71",
    platformUsername: "Ada_L",
    method: "code" as const,
  };
  expect(await linkAccount(database.db, link, by)).toBe("linked");
  const { rows } = await database.db.execute(
    sql`SELECT hub_user_id FROM platform_identities WHERE platform = 'discord' AND platform_user_id = '71'`,
  );
  expect(rows).toEqual([{ hub_user_id: ada }]);
  expect(await ask()).toEqual({ kind: "own" });
});

test("IDN-2 after ten minutes and a second the code is worth nothing", async () => {
  const code = await aSentCode();
  await later(601);
  expect(await check(code)).toEqual({ kind: "none" });
  await deliverCodes(database.db, sender);
  expect(await listWishes(database.db, ada)).toMatchObject([{ status: "expired" }]);
});

test("IDN-2 after five wrong ones there is no code left, and a sixth try finds nothing even if it is right", async () => {
  const code = await aSentCode();
  const wrong = code.startsWith("A") ? "BBBBBB" : "AAAAAA";
  const answers = [];
  for (let guess = 0; guess < 5; guess++) answers.push(await check(wrong));
  expect(answers).toEqual([4, 3, 2, 1, 0].map((left) => ({ kind: "wrong", left })));
  expect(await check(code)).toEqual({ kind: "none" });
  expect(await listWishes(database.db, ada)).toMatchObject([{ status: "exhausted" }]);
});

test("IDN-2 fifty guesses at once are still five, and a right code is used once", async () => {
  const code = await aSentCode();
  const right = await Promise.all(Array.from({ length: 8 }, () => check(code)));
  expect(right.filter(({ kind }) => kind === "right")).toHaveLength(1);
  await later(61);
  const next = await aSentCode();
  const wrong = next.startsWith("A") ? "BBBBBB" : "AAAAAA";
  const guesses = await Promise.all(Array.from({ length: 50 }, () => check(wrong)));
  expect(guesses.filter(({ kind }) => kind === "wrong")).toHaveLength(5);
});

test("IDN-3 within 60 seconds nothing is sent again and the seconds are said; afterwards the old code is worth nothing", async () => {
  const first = await aSentCode();
  await later(18);
  expect(await ask()).toEqual({ kind: "wait", seconds: 42 });
  await later(43);
  const second = await aSentCode();
  expect(sent).toHaveLength(2);
  if (first !== second) expect(await check(first)).toEqual({ kind: "wrong", left: 4 });
  expect(await check(second)).toEqual({ kind: "right", userId: ada });
});

test("IDN-4 for an account of somebody else no code is sent at all", async () => {
  const bob = await aPerson("2");
  await linkAccount(
    database.db,
    { userId: bob, platform: "discord", platformUserId: "71", platformUsername: "x", method: "oauth" },
    by,
  );
  expect(await ask()).toEqual({ kind: "taken" });
  expect(await deliverCodes(database.db, sender)).toBe(0);
});

test("threat 5: a stranger with the right code gets nowhere from another account", async () => {
  const code = await aSentCode();
  expect(await check(code, "72")).toEqual({ kind: "none" });
  const mallory = await aPerson("3");
  await later(61);
  await database.db.execute(sql`UPDATE link_codes SET expires_at = now() + interval '5 minutes'`);
  expect(await ask(mallory, "72")).toEqual({ kind: "asked" });
  await deliverCodes(database.db, sender);
  // With a code of their own open, they may guess at that one only.
  expect(await check(code, "72")).toMatchObject({ kind: "wrong" });
  expect(await check(code)).toEqual({ kind: "right", userId: ada });
});

test("nobody is written to more than once a minute, whoever asks, and nobody asks more than ten times a day", async () => {
  await aSentCode();
  const bob = await aPerson("2");
  expect(await ask(bob)).toMatchObject({ kind: "wait" });
  for (let count = 1; count < 10; count++) {
    await later(61);
    expect(await ask()).toEqual({ kind: "asked" });
  }
  await later(61);
  expect(await ask()).toEqual({ kind: "too_often" });
  await later(86_400);
  expect(await ask()).toEqual({ kind: "asked" });
});

test("what cannot be delivered is said to have failed, and its code stands nowhere and opens nothing", async () => {
  isReachable = false;
  await ask();
  await deliverCodes(database.db, sender);
  expect(await check(codeIn(sent[0]))).toEqual({ kind: "none" });
  expect(await listWishes(database.db, ada)).toMatchObject([
    { status: "failed", problem: expect.stringContaining("hub") },
  ]);
});

test("a delivery that died half-way is made again; two at once deliver once", async () => {
  await ask();
  await Promise.all([deliverCodes(database.db, sender), deliverCodes(database.db, sender)]);
  expect(sent).toHaveLength(1);
  await database.db.execute(
    sql`UPDATE link_codes SET status = 'sending', asked_at = now() - interval '3 minutes'`,
  );
  await deliverCodes(database.db, sender);
  expect(sent).toHaveLength(2);
  expect(await check(codeIn(sent[1]))).toMatchObject({ kind: "right" });
});

test("no code stands in the database as it is", async () => {
  const code = await aSentCode();
  const { rows } = await database.db.execute(sql`
    SELECT (SELECT jsonb_agg(c) FROM link_codes c)::text || (SELECT jsonb_agg(a) FROM audit_log a)::text AS text`);
  expect(String(rows[0]?.["text"])).toContain("Ada (on twitch)");
  expect(String(rows[0]?.["text"])).not.toContain(code);
});

test("threat 30: names lead only to who had them last seen, two of one name to nobody, ids and mentions to their account", async () => {
  const { db } = database;
  expect(await findAccount(db, "discord", "@ada_l")).toEqual({
    platformUserId: "71",
    platformUsername: "Ada_L",
  });
  await db.execute(
    sql`INSERT INTO community_activity (community_id, user_key, user_name) VALUES (1, 'discord:73', 'ada_l')`,
  );
  expect(await findAccount(db, "discord", "ada_l")).toBe("many");
  await db.execute(
    sql`UPDATE community_activity SET user_key = 'discord:71555' WHERE user_key = 'discord:73'`,
  );
  expect(await findAccount(db, "discord", "<@71555>")).toMatchObject({ platformUserId: "71555" });
  expect(await findAccount(db, "slack", "ada_l")).toBeUndefined();
});
