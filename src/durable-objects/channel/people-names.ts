import type { PlatformEvent } from "#contracts/event";
import { parseEntityId } from "#contracts/ids";
import { mostNamesAtOnce, type NamePlace } from "#contracts/people-names";
import { timedOut, within } from "#lib/within";

export interface PeopleNamesDeps {
  now(): number;
  /** Names by id; absent where nobody can be asked. May throw. */
  namesOf?(place: NamePlace, ids: readonly string[]): Promise<Record<string, string>>;
}

/** A line waits this long for a name, and then goes on under the id. */
const patienceMs = 1000;
/** The book knows for a day; a channel that stays awake asks it again after this. */
const freshMs = 3_600_000;
const missingMs = 300_000;
/** After the book did not answer nobody waits for it again before this. */
const pauseMs = 60_000;
const mostPeople = 2000;

/**
 * Names for people whom a platform's events name by id alone, so that overlays, `{user}` and the list of the active say
 * who it was. Fails open: without a name the id stays, as it came.
 */
export class PeopleNames {
  #deps: PeopleNamesDeps;
  #known = new Map<string, { name: string | undefined; until: number }>();
  #pausedUntil = 0;

  constructor(deps: PeopleNamesDeps) {
    this.#deps = deps;
  }

  /** The same events, each person under the name there is. Never throws. */
  async name<T extends { event: PlatformEvent }>(rows: readonly T[]): Promise<T[]> {
    const nameless = rows.filter(({ event }) => isNameless(event));
    if (nameless.length === 0 || !this.#deps.namesOf) return [...rows];
    const [first] = nameless;
    const ids = [...new Set(nameless.map(({ event }) => event.user.id))].filter((id) => !this.#isFresh(id));
    if (first && ids.length > 0) await this.#learn(first.event, ids.slice(0, mostNamesAtOnce));
    return rows.map((row) => {
      const name = isNameless(row.event) ? this.#known.get(row.event.user.id)?.name : undefined;
      return name === undefined
        ? row
        : { ...row, event: { ...row.event, user: { ...row.event.user, name } } };
    });
  }

  #isFresh(id: string): boolean {
    return (this.#known.get(id)?.until ?? 0) > this.#deps.now();
  }

  async #learn({ platform, entityId }: PlatformEvent, ids: readonly string[]): Promise<void> {
    const now = this.#deps.now();
    const server = parseEntityId(entityId)?.server;
    if (server === undefined || now < this.#pausedUntil) return;
    const asking = this.#deps.namesOf?.({ platform, server, entityId }, ids).catch(() => undefined);
    const found = await within(Promise.resolve(asking), patienceMs);
    if (found === timedOut || found === undefined) {
      this.#pausedUntil = now + pauseMs;
      return;
    }
    if (this.#known.size >= mostPeople) this.#known.clear();
    for (const id of ids) {
      const name = found[id];
      this.#known.set(id, { name, until: now + (name === undefined ? missingMs : freshMs) });
    }
  }
}

function isNameless({ origin, user }: PlatformEvent): boolean {
  return origin === "platform" && user.name === user.id;
}
