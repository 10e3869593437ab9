import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { OutboundMessage, SentMessage } from "#contracts/sender";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { tellOwners } from "#workers/edge/reauth-notices/tell-owners";

let database: TestDatabase;
let communityId: number;
const now = Date.UTC(2026, 4, 1, 12, 0);
const hub = "https://bot.example";

beforeAll(async () => {
  database = await openTestDatabase();
  const { rows } = await database.db.execute(sql`
    INSERT INTO communities (slug, name) VALUES ('reauth', 'Reauth') RETURNING id`);
  communityId = Number(rows[0]?.["id"]);
});
afterAll(async () => database.close());
beforeEach(async () => {
  await database.db.execute(sql`DELETE FROM oauth_tokens`);
  await database.db.execute(sql`DELETE FROM servers`);
});

/** The nearest places last, so that their order is the code's. */
async function addChannels(...entityIds: string[]) {
  for (const entityId of entityIds) {
    const [platform, server, channel = null] = entityId.split(":");
    await database.db.execute(sql`
      INSERT INTO servers (entity_id, community_id, platform, server_id, channel)
      VALUES (${entityId}, ${communityId}, ${platform}, ${server}, ${channel})`);
  }
}

async function setAccount(status: string, facts: { role?: string; endsAt?: number; at?: number } = {}) {
  const { role = "bot", endsAt = now + 30 * 60_000, at = now } = facts;
  await database.db.execute(sql`
    INSERT INTO oauth_tokens (community_id, provider, role, account_id, account_name, access_token_enc, kid, expires_at,
      status, problem, updated_at)
    VALUES (${communityId}, 'twitch', ${role}, '77', 'WaddleBot', 'CANARY-access', 'k1', ${new Date(endsAt)}, ${status},
      'CANARY-problem', ${new Date(at)})
    ON CONFLICT (community_id, provider, role, account_id) DO UPDATE SET status = excluded.status,
      expires_at = excluded.expires_at, updated_at = excluded.updated_at`);
}

function aChat(answers: Record<string, Outcome<SentMessage>> = {}) {
  const said: OutboundMessage[] = [];
  const run = () =>
    tellOwners({
      db: database.db,
      hub,
      now,
      say: async (message) => {
        const answer = answers[message.entityId] ?? succeed({ platformMessageIds: ["1"] });
        if (answer.ok || answer.code === "unknown") said.push(message);
        return answer;
      },
    });
  return { said, run, answers };
}

test("T16 an account that must be connected again is told in chat once, in its own channel, before it ends", async () => {
  await addChannels("discord:1:2", "twitch:500", "twitch:77");
  await setAccount("active");
  const { said, run } = aChat();
  expect(await run()).toEqual({ told: 0, unheard: 0, later: 0 });
  await setAccount("reauth_required", { at: now + 1 });
  expect(await run()).toEqual({ told: 1, unheard: 0, later: 0 });
  expect(await run()).toEqual({ told: 0, unheard: 0, later: 0 });
  expect(said).toMatchObject([
    {
      entityId: "twitch:77",
      target: { kind: "chat", platform: "twitch", channel: "77" },
      text: "The bot's account WaddleBot on twitch loses its connection on 2026-05-01 at 12:30 UTC. Please connect it again at https://bot.example/c/reauth/connections (page Connections).",
    },
  ]);
  expect(JSON.stringify(said)).not.toContain("CANARY");
});

test("T16 a new consent ends the incident, and the next one is told again", async () => {
  await addChannels("twitch:77");
  const { said, run } = aChat();
  for (const at of [now, now + 5000]) {
    await setAccount("reauth_required", { at });
    await run();
    await setAccount("active", { at: at + 1000 });
    await run();
  }
  expect(said.map(({ id }) => id)).toHaveLength(2);
  expect(new Set(said.map(({ id }) => id)).size).toBe(2);
});

test("T16 what cannot be said on the account's own platform is said where the bot still speaks", async () => {
  await addChannels("discord:1:2", "twitch:77");
  await setAccount("reauth_required", { endsAt: now - 1 });
  const { said, run } = aChat({ "twitch:77": refuse("forbidden") });
  expect(await run()).toEqual({ told: 1, unheard: 0, later: 0 });
  expect(said).toMatchObject([
    { entityId: "discord:1:2", text: expect.stringContaining("is no longer connected. Please connect") },
  ]);
});

test("T16 a notice that nobody can have heard is tried again; one that may have been heard is not", async () => {
  await addChannels("twitch:77");
  await setAccount("reauth_required");
  const { said, run, answers } = aChat({ "twitch:77": refuse("unavailable") });
  expect(await run()).toEqual({ told: 0, unheard: 0, later: 1 });
  answers["twitch:77"] = refuse("unknown");
  expect(await run()).toEqual({ told: 1, unheard: 0, later: 0 });
  expect(await run()).toEqual({ told: 0, unheard: 0, later: 0 });
  expect(said).toHaveLength(1);
});

test("T16 where nothing can be said the hub alone tells it, and nobody is asked for ever", async () => {
  await addChannels("twitch:77");
  await setAccount("reauth_required", { role: "owner" });
  const { run } = aChat({ "twitch:77": refuse("forbidden") });
  expect(await run()).toEqual({ told: 0, unheard: 1, later: 0 });
  expect(await run()).toEqual({ told: 0, unheard: 0, later: 0 });
});

test("T16 runs that overlap tell it once", async () => {
  await addChannels("twitch:77");
  await setAccount("reauth_required");
  const { said, run } = aChat();
  const told = await Promise.all([run(), run(), run()]);
  expect(told.reduce((sum, one) => sum + one.told, 0)).toBe(1);
  expect(said).toHaveLength(1);
});
