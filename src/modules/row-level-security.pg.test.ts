import { neonConfig } from "@neondatabase/serverless";
import { sql } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import type { ModuleDefinition } from "#module-kit/module";
import { type ModuleInProcess, runOnDatabase } from "#module-kit/run-in-process";
import { alias } from "#modules/alias/module";
import { community } from "#modules/community/module";
import { core } from "#modules/core/module";
import { memories } from "#modules/memories/module";
import { makeChannelLoop } from "#test/fakes/channel-loop";

const [own, other] = [11, 12];
const statement = z.looseObject({ query: z.string() });
const request = z.union([z.looseObject({ queries: z.array(statement) }), statement]);

let database: TestDatabase | undefined;
beforeEach(async () => {
  await close();
  database = await openTestDatabase();
  await database.db.batch([
    database.db.execute(sql`INSERT INTO communities (id, slug, name) OVERRIDING SYSTEM VALUE
      VALUES (1, 'waddlebot-global', 'All'), (${own}, 'own', 'Own'), (${other}, 'other', 'Other')`),
    database.db.execute(sql`INSERT INTO community_activity (community_id, user_key, user_name, messages, points)
      VALUES (${own}, 'twitch:meg', 'meg', 1, 5), (${other}, 'twitch:meg', 'foreign', 1, 777)`),
    database.db.execute(sql`INSERT INTO community_rbac (community_id, user_key, role)
      VALUES (${own}, 'twitch:meg', 'owner'), (${own}, 'twitch:olga', 'owner')`),
    database.db.execute(sql`INSERT INTO community_memberships (community_id, user_key)
      VALUES (${own}, 'twitch:meg'), (${other}, 'twitch:meg')`),
    database.db.execute(sql`INSERT INTO commands (prefix, name, module, handler, description, usage)
      VALUES ('!', 'ping', 'core', 'ping', 'p', 'ping')`),
  ]);
});
afterAll(close);

async function close() {
  neonConfig.fetchFunction = undefined;
  await database?.close();
  database = undefined;
}

function opened(): TestDatabase {
  if (!database) throw new Error("no database");
  return database;
}
function run<Deps>(definition: ModuleDefinition<Deps>): ModuleInProcess {
  const { url, endpoint } = opened();
  return runOnDatabase(definition, { DATABASE_URL: url, DATABASE_HTTP_ENDPOINT: endpoint });
}
/** As the modules were before: on a connection that sees everybody. */
function withoutLock<Deps>(definition: ModuleDefinition<Deps>): ModuleInProcess {
  const makeDeps: ModuleDefinition<Deps>["makeDeps"] = (_, wider) =>
    definition.makeDeps(wider.everywhere(), { ...wider, of: () => wider.everywhere() });
  return run({ ...definition, makeDeps });
}
function inCommunity(modules: readonly ModuleInProcess[], id: number) {
  const channel = makeChannelLoop(modules, { community: id });
  return async (text: string) => (await channel.say(text, { name: "meg", role: "owner" })).said.join("\n");
}

/** From now on every statement forgets which community it was about. */
function forgetTheWhere(): void {
  const forget = (query: string) =>
    query.replaceAll(/(?:"?\w+"?\.)?"?\bcommunity_id"? = (\$\d+)(?:::int\w*)?/g, "($1::int IS NOT NULL)");
  neonConfig.fetchFunction = (url: string, init: { body: string }) => {
    const body = request.parse(JSON.parse(init.body));
    const changed =
      "queries" in body && Array.isArray(body.queries)
        ? { ...body, queries: body.queries.map((one) => ({ ...one, query: forget(one.query) })) }
        : { ...body, query: forget(String(body["query"])) };
    return fetch(url, { ...init, body: JSON.stringify(changed) });
  };
}

const all = <T>(wrap: <Deps>(definition: ModuleDefinition<Deps>) => T) => [
  wrap(memories),
  wrap(alias),
  wrap(core),
  wrap(community),
];

async function fillBoth() {
  const theirs = inCommunity(all(run), other);
  await theirs('!quote add "foreign words" Eve');
  await theirs("!alias add !foreign !ping");
  const ours = inCommunity(all(run), own);
  await ours('!quote add "own words" Ada');
  await ours("!alias add !hi !ping");
}

async function readAll(say: (text: string) => Promise<string>): Promise<string> {
  const asked = ["!quote", "!quote 1", "!quote search words", "!memories list", "!alias list", "!stats"];
  const said = [];
  for (const text of asked) said.push(await say(text));
  await say("!community context own");
  return [...said, await say("!community members")].join("\n");
}

describe("threat 4 a module forgets the WHERE", () => {
  test("what it reads is its own community's all the same", async () => {
    await fillBoth();
    forgetTheWhere();
    const said = await readAll(inCommunity(all(run), own));
    expect(said).toContain("own words");
    expect(said).toContain("!hi");
    expect(said).toContain("5 points");
    expect(said).not.toMatch(/foreign|777|other/i);
  });

  test("without the lock the same would show strangers' rows", async () => {
    await fillBoth();
    forgetTheWhere();
    const said = await readAll(inCommunity(all(withoutLock), own));
    expect(said).toMatch(/foreign words/);
    expect(said).toMatch(/!foreign/);
    expect(said).toMatch(/lately seen: .*foreign/);
  });

  test("what it changes is too", async () => {
    await fillBoth();
    const before = await inCommunity(all(run), other)("!memories list");
    forgetTheWhere();
    const ours = inCommunity(all(run), own);
    await ours("!quote delete 1");
    await ours("!alias remove !hi");
    neonConfig.fetchFunction = undefined;
    expect(await ours("!memories list")).not.toContain("words");
    const theirs = inCommunity(all(run), other);
    expect(await theirs("!memories list")).toBe(before);
    expect(before).toContain("foreign words");
    expect(await theirs("!alias list")).toContain("!foreign");
  });
});

test("every command of !community works behind the lock", async () => {
  const say = inCommunity(all(run), other);
  expect(await say("!community context own")).toContain("about Own");
  expect(await say("!community add user 4711")).toContain("is a member of Own");
  expect(await say("!community install core")).toMatch(/core/);
  expect(await say("!community leave own")).toContain("You have left");
  const { rows } = await opened().db.execute(sql`
    SELECT action FROM audit_log WHERE community_id = ${own} ORDER BY id`);
  expect(rows.map(({ action }) => action)).toEqual(["membership.join", "module.set", "membership.leave"]);
});
