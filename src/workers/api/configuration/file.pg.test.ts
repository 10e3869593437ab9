import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestDatabase } from "#db/testing";
import { openCommunities } from "#workers/api/communities/testing";
import { configurationFile } from "#workers/api/configuration/configuration-file";
import { exportConfiguration } from "#workers/api/configuration/export-configuration";
import { planImport, withNewIds } from "#workers/api/configuration/plan-import";
import { readConfiguration, takeCommandIds } from "#workers/api/configuration/state-store";
import {
  aFurnished,
  apply,
  aWord,
  by,
  type Furnished,
  placed,
  stateOf,
  versionsOf,
} from "#workers/api/configuration/testing";
import { createCommand, deleteCommand } from "#workers/api/router/command-store";
import { setModule } from "#workers/api/router/module-store";
import { updateRule } from "#workers/api/router/rule-store";

let database: TestDatabase;
beforeAll(async () => {
  database = await openCommunities();
});
afterAll(() => database?.close());

describe("a configuration as a file", () => {
  const fileOf = async ({ db, id }: Furnished) =>
    JSON.parse(JSON.stringify(exportConfiguration(await readConfiguration(db, id), "2026-01-01T00:00:00Z")));

  async function planOf(at: Furnished, file: unknown) {
    const plan = planImport(configurationFile.parse(file), await readConfiguration(at.db, at.id));
    if (!plan.ok) throw new Error(JSON.stringify(plan.problems));
    return plan.changes;
  }

  test("read back at once it changes nothing", async () => {
    const at = await aFurnished(database.db);
    expect(await planOf(at, await fileOf(at))).toEqual([]);
  });

  test("read back after changes it restores every one of them, in one transaction", async () => {
    const at = await aFurnished(database.db);
    const file = await fileOf(at);
    const [rule] = await stateOf(at, "string_rule");
    await updateRule(at.db, Number(rule?.["id"]), { pattern: "other", priority: 3 }, at.to());
    await deleteCommand(at.db, at.commandId, at.to());
    await createCommand(at.db, aWord("extra"), placed, at.to());
    await setModule(
      at.db,
      { communityId: at.id, module: "alerts", isEnabled: true, settings: { raid: "{name}!" } },
      by(),
    );
    const changes = await planOf(at, file);
    expect(changes.map(({ kind, before, after }) => [kind, before !== null, after !== null])).toEqual([
      ["command", false, true],
      ["command", true, false],
      ["command_switch", false, true],
      ["string_rule", true, true],
      ["module", true, true],
    ]);
    expect(await apply(at, withNewIds(changes, await takeCommandIds(at.db, 1)))).toMatchObject({
      webhookIds: [],
    });
    expect(await planOf(at, file)).toEqual([]);
    expect((await versionsOf(at)).filter(({ origin }) => origin === "import")).toHaveLength(5);
  });

  test("into another community it makes everything anew there, channels aside", async () => {
    const [from, to] = [await aFurnished(database.db), await aFurnished(database.db)];
    const { timers: _timers, command_switches: _switches, ...rest } = await fileOf(from);
    const file = { ...rest, string_rules: [{ ...rest.string_rules[0], string: "theirs" }] };
    const changes = await planOf(to, file);
    expect(changes.map(({ kind }) => kind)).toEqual(["string_rule", "string_rule"]);
    await apply(to, changes);
    expect(await stateOf(to, "string_rule")).toMatchObject([{ pattern: "theirs" }]);
    expect(await stateOf(from, "string_rule")).toMatchObject([{ pattern: "badword" }]);
  });

  test("what cannot be is named by its place, all of it at once", async () => {
    const at = await aFurnished(database.db);
    const file = configurationFile.parse({
      format: "waddlebot-community",
      version: 1,
      commands: [{ prefix: "!", command: "x", description: "d", module_id: "core", handler: "nothing" }],
      string_rules: [{ string: "(", action: "warn", match_type: "regex" }],
      timers: [{ entity_id: "twitch:elsewhere", cron: "* * * * *", action: "message", payload: "x" }],
      modules: [{ module: "alerts", is_enabled: true, settings: { follow: 5 } }],
      command_switches: [{ prefix: "!", command: "nosuch", entity_id: at.entityId, is_enabled: true }],
    });
    const plan = planImport(file, await readConfiguration(at.db, at.id));
    expect(plan.ok ? [] : plan.problems.map(({ field }) => field)).toEqual([
      "commands.0.handler",
      "string_rules.0.string",
      "timers.0.entity_id",
      "modules.0.settings.follow",
      "command_switches.0.command",
    ]);
  });
});
