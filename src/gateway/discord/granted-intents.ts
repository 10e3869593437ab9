import type { DatabaseSync } from "node:sqlite";
import { privilegedIntents, wantedIntents } from "#gateway/discord/dispatch-types";

/** So long a refusal is believed: asking costs an identify. */
const believedMs = 3_600_000;

/**
 * Which intents to ask for. Refused ones are left out for an hour, then the next new session asks again; meanwhile
 * messages come without their words and nobody's coming and going is told, but slash commands work as ever.
 */
export interface GrantedIntents {
  wanted(): number;
  /** Discord refused what was asked for. False when nothing is left to leave out. */
  refuse(): boolean;
}

export function makeGrantedIntents(database: DatabaseSync, now: () => number): GrantedIntents {
  database.exec(
    "CREATE TABLE IF NOT EXISTS discord_facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
  );
  const read = database.prepare("SELECT value FROM discord_facts WHERE name = 'intents_refused_at'");
  const save = database.prepare(
    "INSERT INTO discord_facts VALUES ('intents_refused_at', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  const isRefused = () => now() - Number(read.get()?.["value"] ?? Number.NEGATIVE_INFINITY) < believedMs;
  return {
    wanted: () => (isRefused() ? wantedIntents & ~privilegedIntents : wantedIntents),
    refuse() {
      const isNews = !isRefused();
      save.run(now());
      return isNews;
    },
  };
}

/** What is missing from a session, in words for the one who runs the bot; undefined when nothing is. */
export function describeMissing(intents: number): string | undefined {
  if ((intents & privilegedIntents) === privilegedIntents) return undefined;
  return "Discord does not grant Message Content and Server Members: only slash commands work, and joins and leaves are not seen. Switch both on in the developer portal under Bot.";
}
