import { sql } from "drizzle-orm";
import { type ConfigKind, configKind } from "#contracts/config-version";
import { stringRuleInput } from "#contracts/string-rule";
import { timerInput } from "#contracts/timer";
import type { Database } from "#db/client";
import { aCommunity, by as actor } from "#workers/api/communities/testing";
import { applyChanges } from "#workers/api/configuration/apply-changes";
import type { ObjectChange } from "#workers/api/configuration/change-statements";
import { readConfiguration } from "#workers/api/configuration/state-store";
import { listVersions } from "#workers/api/configuration/version-store";
import { newCommand } from "#workers/api/router/command-schemas";
import { createCommand, permitCommand } from "#workers/api/router/command-store";
import { setModule } from "#workers/api/router/module-store";
import { createRule } from "#workers/api/router/rule-store";
import { createTimer } from "#workers/api/timers/timer-store";
import { createWebhook } from "#workers/api/webhooks/webhook-store";

let requests = 0;
export const by = () => ({ ...actor, requestId: `request-${++requests}` });
const maker = { actor: "7", role: "moderator", accounts: ["twitch:7"] } as const;
export const placed = { module: "core", handler: "ping", target: null };
export const aWord = (command: string) =>
  newCommand.parse({ prefix: "!", command, module_id: "core", handler: "ping", description: "Says pong" });

/** A community with a channel and one of everything. */
export async function aFurnished(db: Database) {
  const { id } = await aCommunity(db);
  const entityId = `twitch:${id}`;
  await db.execute(sql`
    INSERT INTO servers (entity_id, community_id, platform, server_id) VALUES (${entityId}, ${id}, 'twitch', ${String(id)})`);
  const to = () => ({ communityId: id, by: by() });
  const made = await createCommand(db, aWord("hello"), placed, to());
  const commandId = made?.command.id ?? 0;
  await permitCommand(db, { id: commandId, entityId, isEnabled: false }, to());
  await createRule(db, stringRuleInput.parse({ pattern: "badword", action: "warn" }), to());
  const timer = timerInput.parse({ intervalSeconds: 600, action: "message", payload: "drink water" });
  await createTimer(db, timer, { ...to(), entityId, maker: { role: "moderator", accounts: [] } });
  await setModule(db, { communityId: id, module: "alerts", isEnabled: false, settings: undefined }, by());
  const hook = {
    url: "https://hook.example/secret-path",
    description: "ours",
    event_types: ["follow" as const],
  };
  await createWebhook(db, { ...hook, enabled: true }, to());
  return { db, id, entityId, commandId, to };
}
export type Furnished = Awaited<ReturnType<typeof aFurnished>>;

export const versionsOf = ({ db, id }: Furnished, kinds: readonly ConfigKind[] = configKind.options) =>
  listVersions(db, { communityId: id, kinds, limit: 100 });

export function apply({ db, id }: Furnished, changes: readonly ObjectChange[], undoes?: number) {
  const origin = undoes === undefined ? ("import" as const) : ("undo" as const);
  const wish = { communityId: id, changes, origin, maker, by: by() };
  return applyChanges(db, undoes === undefined ? wish : { ...wish, undoes });
}

export async function undoLatest(at: Furnished, kind: ConfigKind) {
  const [version] = await versionsOf(at, [kind]);
  if (!version) throw new Error(`no version of ${kind}`);
  return apply(at, [{ kind, before: version.after, after: version.before }], version.id);
}

export const stateOf = async ({ db, id }: Furnished, kind: ConfigKind) =>
  (await readConfiguration(db, id)).of(kind);
