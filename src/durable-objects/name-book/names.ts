import { mostNamesAtOnce, type NameAnswer } from "#contracts/people-names";
import { migrate, type SqlStore } from "#durable-objects/storage/migrate";

/** A platform is asked once a day for one person: people rename themselves seldom. */
export const freshMs = 86_400_000;
/** A workspace has more people than talk; who was met longest ago goes. */
export const mostNames = 10_000;
const mostPauses = 1000;
const migrations = [
  `CREATE TABLE names (id TEXT PRIMARY KEY, name TEXT, until INTEGER NOT NULL) WITHOUT ROWID;
   CREATE INDEX names_until ON names (until);`,
] as const;

/** The names of the people of one workspace, as the platform gave them. Durable, so that a day is a day. */
export class Names {
  #sql: SqlStorage;
  #now: () => number;
  #asking = new Map<string, Promise<string | undefined>>();
  /** Ids nobody could be asked for just now, until when. */
  #pauses = new Map<string, number>();

  constructor(storage: SqlStore, now: () => number) {
    migrate(storage, migrations);
    this.#sql = storage.sql;
    this.#now = now;
  }

  /** By id, those that are known or can be had. However many ask for a person at once, the platform is asked once. */
  async namesOf(
    ids: readonly string[],
    ask: (id: string) => Promise<NameAnswer>,
  ): Promise<Record<string, string>> {
    const wanted = [...new Set(ids)].slice(0, mostNamesAtOnce);
    const found = await Promise.all(wanted.map(async (id) => [id, await this.#nameOf(id, ask)] as const));
    return Object.fromEntries(found.flatMap(([id, name]) => (name === undefined ? [] : [[id, name]])));
  }

  async #nameOf(id: string, ask: (id: string) => Promise<NameAnswer>): Promise<string | undefined> {
    const known = this.#sql
      .exec<{ name: string | null; until: number }>("SELECT name, until FROM names WHERE id = ?", id)
      .toArray()[0];
    if (known && known.until > this.#now()) return known.name ?? undefined;
    // What was good yesterday is better than an id while nobody can be asked.
    const old = known?.name ?? undefined;
    if ((this.#pauses.get(id) ?? 0) > this.#now()) return old;
    const asking = this.#asking.get(id) ?? this.#start(id, ask);
    return (await asking) ?? old;
  }

  #start(id: string, ask: (id: string) => Promise<NameAnswer>): Promise<string | undefined> {
    const asking = ask(id)
      .catch((): NameAnswer => ({ kind: "later", waitMs: 60_000 }))
      .then((answer) => this.#keep(id, answer))
      .finally(() => this.#asking.delete(id));
    this.#asking.set(id, asking);
    return asking;
  }

  #keep(id: string, answer: NameAnswer): string | undefined {
    if (answer.kind === "later") {
      if (this.#pauses.size >= mostPauses) this.#pauses.clear();
      this.#pauses.set(id, this.#now() + answer.waitMs);
      return undefined;
    }
    const name = answer.kind === "name" ? answer.name : null;
    this.#sql.exec(
      "INSERT INTO names VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name, until = excluded.until",
      id,
      name,
      this.#now() + freshMs,
    );
    this.#sql.exec(
      "DELETE FROM names WHERE id IN (SELECT id FROM names ORDER BY until DESC LIMIT -1 OFFSET ?)",
      mostNames,
    );
    return name ?? undefined;
  }
}
