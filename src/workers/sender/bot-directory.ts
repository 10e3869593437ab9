import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";

/** An account connected to speak as the bot, in whose vault its token lies. */
export interface BotGrant {
  communityId: number;
  account: string;
}

/** The place somebody wants to speak in. */
export interface BotPlace {
  platform: string;
  entityId: string;
  server: string;
  /** A bot's consent is an installation: good in this one server only, whichever community made it. */
  isInstall: boolean;
}

export interface BotDirectoryDeps {
  /** Throws when nobody can be asked. */
  find(place: BotPlace): Promise<BotGrant[]>;
  now(): number;
  /** Keeps work alive that nobody waits for. */
  background(work: Promise<unknown>): void;
}

const freshMs = 60_000;
const mostPlaces = 5000;

interface Known {
  bots: BotGrant[];
  at: number;
  asking: Promise<BotGrant[]> | undefined;
}

/**
 * Which accounts may speak in a place, best first: asked once a minute and place in one isolate, in the background once
 * it is known, so that a message waits for it once. While nobody answers, what was known stays true; throws when nothing was.
 */
export class BotDirectory {
  #known = new Map<string, Known>();

  async botsFor(place: BotPlace, deps: BotDirectoryDeps): Promise<readonly BotGrant[]> {
    const key = `${place.platform} ${place.entityId}`;
    const known = this.#known.get(key);
    if (known && (known.asking || deps.now() - known.at < freshMs)) return known.bots;
    if (!known) return this.#keep(key, await deps.find(place), deps.now());
    known.asking = deps.find(place).then(
      (bots) => this.#keep(key, bots, deps.now()),
      () => this.#keep(key, known.bots, deps.now()),
    );
    deps.background(known.asking);
    return known.bots;
  }

  /** After a change that was made here. Other isolates see it within a minute. */
  forget(): void {
    this.#known.clear();
  }

  #keep(key: string, bots: BotGrant[], at: number): BotGrant[] {
    if (this.#known.size >= mostPlaces) this.#known.clear();
    this.#known.set(key, { bots, at, asking: undefined });
    return bots;
  }
}

const grants = z.array(z.object({ communityId: z.int(), account: z.string() }));

/** The community's own first, then the platform-wide one of community 1; what must be connected again comes last. */
export async function findBots(db: Database, place: BotPlace): Promise<BotGrant[]> {
  const { platform, entityId, server, isInstall } = place;
  const where = isInstall
    ? sql`t.account_id = ${server}`
    : sql`t.community_id = 1 OR t.community_id = (SELECT community_id FROM servers WHERE entity_id = ${entityId})`;
  const { rows } = await db.execute(sql`
    SELECT t.community_id AS "communityId", t.account_id AS account FROM oauth_tokens t
    WHERE t.provider = ${platform} AND t.role = 'bot' AND t.status <> 'revoked' AND (${where})
    ORDER BY t.community_id = 1, t.status <> 'active', t.updated_at DESC LIMIT 4`);
  return grants.parse(rows);
}
