import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { updateCommunity } from "#db/communities/community-store";
import type { TestDatabase } from "#db/testing";
import { switchOffRule, writeRegistry } from "#durable-objects/channel/write-registry";
import { fieldsOf, openCommunities } from "#workers/api/communities/testing";
import type { ObjectChange } from "#workers/api/configuration/change-statements";
import {
  aFurnished,
  apply,
  aWord,
  by,
  placed,
  stateOf,
  undoLatest,
  versionsOf,
} from "#workers/api/configuration/testing";
import { createCommand, deleteCommand, updateCommand } from "#workers/api/router/command-store";
import { updateWebhook } from "#workers/api/webhooks/webhook-store";

let database: TestDatabase;
beforeAll(async () => {
  database = await openCommunities();
});
afterAll(() => database?.close());

describe("every change is a version", () => {
  test("of every kind there is one, with who, and nothing before it", async () => {
    const at = await aFurnished(database.db);
    const versions = await versionsOf(at);
    expect(versions.map(({ kind, label }) => [kind, label])).toEqual([
      ["outgoing_webhook", "ours"],
      ["module", "alerts"],
      ["timer", "drink water"],
      ["string_rule", "badword"],
      ["command_switch", `!hello · ${at.entityId}`],
      ["command", "!hello"],
    ]);
    for (const version of versions)
      expect(version).toMatchObject({ actor: "service", origin: "change", before: null, is_latest: true });
    const { rows } = await at.db.execute(
      sql`SELECT count(*)::int AS n FROM audit_log WHERE community_id = ${at.id}`,
    );
    // The community itself is made with an audit row and without a version: nobody takes that back here.
    expect(rows).toEqual([{ n: versions.length + 1 }]);
  });

  test("a change keeps what it was before, and a change of nothing is none", async () => {
    const at = await aFurnished(database.db);
    await updateCommand(at.db, at.commandId, { cooldown_seconds: 30 }, at.to());
    await updateCommand(at.db, at.commandId, { cooldown_seconds: 30 }, at.to());
    const [latest, first, ...rest] = await versionsOf(at, ["command"]);
    expect(rest).toEqual([]);
    expect(latest?.changes).toEqual([{ field: "cooldown_seconds", before: 0, after: 30 }]);
    expect(first).toMatchObject({ is_latest: false });
  });

  test("of a community's profile too, and of what modules and the house do by themselves", async () => {
    const at = await aFurnished(database.db);
    const fields = fieldsOf(`Lake ${at.id}`, { description: "cold" });
    await updateCommunity(at.db, at.id, fields, { by: by(), version: 1 });
    const effect = {
      type: "command.register",
      prefix: "!",
      name: "hi",
      handler: "run",
      description: "d",
    } as const;
    await writeRegistry(at.db, {
      communityId: at.id,
      module: "alias",
      effect: { ...effect, usage: "hi", permissionLevel: "everyone", cooldownSeconds: 0 },
    });
    const [rule] = await stateOf(at, "string_rule");
    await switchOffRule(at.db, { communityId: at.id, ruleId: Number(rule?.["id"]) });
    const [house, alias, profile] = await versionsOf(at);
    expect(house).toMatchObject({ actor: "the house", changes: [{ field: "is_active", after: false }] });
    expect(alias).toMatchObject({ actor: "module alias", label: "!hi", before: null });
    expect(profile?.changes.map(({ field }) => field).sort()).toEqual(["description", "name", "name_key"]);
  });

  test("parallel changes of one object make a chain: each begins where the one before ended", async () => {
    const at = await aFurnished(database.db);
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        updateCommand(at.db, at.commandId, { cooldown_seconds: n + 1 }, at.to()),
      ),
    );
    const chain = (await versionsOf(at, ["command"])).toReversed();
    expect(chain).toHaveLength(13);
    for (const [index, version] of chain.entries())
      expect(version.before).toEqual(index === 0 ? null : chain[index - 1]?.after);
  });

  test("threat 27: addresses of webhooks are in versions, which only admins see, and in no audit row", async () => {
    const at = await aFurnished(database.db);
    const [webhook] = await stateOf(at, "outgoing_webhook");
    await updateWebhook(at.db, Number(webhook?.["id"]), { enabled: false }, at.to());
    const { rows } = await at.db.execute(
      sql`SELECT before, after FROM audit_log WHERE resource_type = 'outgoing_webhook' AND community_id = ${at.id}`,
    );
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain("secret-path");
    expect(JSON.stringify(await versionsOf(at, ["outgoing_webhook"]))).toContain("secret-path");
  });
});

describe("undo", () => {
  test.each(["command_switch", "string_rule", "timer", "module", "outgoing_webhook"] as const)(
    "takes back what was made, and gives it back when taken back itself: %s",
    async (kind) => {
      const at = await aFurnished(database.db);
      const before = await stateOf(at, kind);
      expect(await undoLatest(at, kind)).toMatchObject({ entityIds: [at.entityId] });
      expect(await stateOf(at, kind)).toEqual([]);
      await undoLatest(at, kind);
      const again = await stateOf(at, kind);
      // A webhook comes back under a new number, so that its old signing keys stay dead.
      const isNew = kind === "outgoing_webhook";
      expect(again).toEqual(isNew ? before.map((one) => ({ ...one, id: again[0]?.["id"] })) : before);
      if (isNew) expect(again[0]?.["id"]).not.toBe(before[0]?.["id"]);
    },
  );

  test("restores what a change replaced and a removed word, and is a version itself", async () => {
    const at = await aFurnished(database.db);
    await updateCommand(at.db, at.commandId, { description: "Says peng", point_cost: 5 }, at.to());
    await undoLatest(at, "command");
    expect(await stateOf(at, "command")).toMatchObject([{ description: "Says pong", point_cost: 0 }]);
    const [undone, change] = await versionsOf(at, ["command"]);
    expect(undone).toMatchObject({ origin: "undo", undoes: change?.id, actor: "service" });
    expect(change).toMatchObject({ undone_by: undone?.id, is_latest: false });
    await deleteCommand(at.db, at.commandId, at.to());
    expect(await undoLatest(at, "command")).toMatchObject({ entityIds: [at.entityId] });
    expect(await stateOf(at, "command")).toMatchObject([{ id: at.commandId, name: "hello" }]);
  });

  test("is refused when the object changed since, was made anew, or has no room; then nothing happens", async () => {
    const at = await aFurnished(database.db);
    const [first] = await versionsOf(at, ["command"]);
    await updateCommand(at.db, at.commandId, { point_cost: 1 }, at.to());
    const stale = [{ kind: "command", before: first?.after ?? null, after: null }] satisfies ObjectChange[];
    expect(await apply(at, stale, first?.id)).toBe("conflict");
    await deleteCommand(at.db, at.commandId, at.to());
    await createCommand(at.db, aWord("hello"), placed, at.to());
    const [, removal] = await versionsOf(at, ["command"]);
    const back = [{ kind: "command", before: null, after: removal?.before ?? null }] satisfies ObjectChange[];
    expect(await apply(at, back, removal?.id)).toBe("conflict");
    const count = (await versionsOf(at)).length;
    await at.db.execute(sql`
      INSERT INTO string_rules (community_id, pattern, match_type, action, created_by)
      SELECT ${at.id}, 'p' || n, 'contains', 'warn', 'test' FROM generate_series(1, 199) n`);
    const [rule] = await stateOf(at, "string_rule");
    const one = { kind: "string_rule", before: null, after: { ...rule, id: null } } satisfies ObjectChange;
    expect(await apply(at, [one])).toBe("full");
    expect(await versionsOf(at)).toHaveLength(count);
  });

  test("threat 5: a timer that comes back runs as whoever brought it back, a changed address must prove itself again", async () => {
    const at = await aFurnished(database.db);
    await at.db.execute(
      sql`UPDATE timers SET role = 'owner', makers = '{twitch:1}' WHERE community_id = ${at.id}`,
    );
    await undoLatest(at, "timer");
    await undoLatest(at, "timer");
    const { rows } = await at.db.execute(
      sql`SELECT role, makers, created_by FROM timers WHERE community_id = ${at.id}`,
    );
    expect(rows).toEqual([{ role: "moderator", makers: ["twitch:7"], created_by: "7" }]);
    const [webhook] = await stateOf(at, "outgoing_webhook");
    await updateWebhook(at.db, Number(webhook?.["id"]), { url: "https://other.example/" }, at.to());
    await at.db.execute(sql`UPDATE outgoing_webhooks SET verified_at = now() WHERE community_id = ${at.id}`);
    await undoLatest(at, "outgoing_webhook");
    const { rows: hooks } = await at.db.execute(
      sql`SELECT url, verified_at FROM outgoing_webhooks WHERE community_id = ${at.id}`,
    );
    expect(hooks).toEqual([{ url: "https://hook.example/secret-path", verified_at: null }]);
  });

  test("threat 4: another community's objects are not reached, whatever a state names", async () => {
    const [mine, theirs] = [await aFurnished(database.db), await aFurnished(database.db)];
    for (const kind of ["command", "string_rule", "timer", "outgoing_webhook"] as const) {
      const [state] = await stateOf(theirs, kind);
      expect(await apply(mine, [{ kind, before: state ?? null, after: null }]), kind).toBe("conflict");
      expect(await stateOf(theirs, kind)).toHaveLength(1);
    }
    const [timer] = await stateOf(theirs, "timer");
    const foreign = { kind: "timer", before: null, after: { ...timer, id: null } } satisfies ObjectChange;
    expect(await apply(mine, [foreign])).toBe("conflict");
  });
});
