import { and, desc, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Database } from "#db/client";
import { must } from "#lib/must";
import { toPrefixQuery } from "#modules/memories/rules";
import { quoteNumbers, quotes } from "#modules/memories/schema";

export interface Quote {
  number: number;
  text: string;
  author: string;
}

export interface NewQuote {
  communityId: number;
  text: string;
  author: string;
  /** User key of whoever added it. */
  addedBy: string;
  idempotencyKey: string;
}

export interface QuoteStore {
  /** The stored quote; for a repeated key the one of the first call. */
  add(quote: NewQuote): Promise<Quote>;
  get(communityId: number, number: number): Promise<Quote | undefined>;
  /** `dice` is in [0, 1) and chooses evenly among what is kept. */
  pick(communityId: number, dice: number): Promise<Quote | undefined>;
  /** Newest first, and how many there are in all. */
  list(communityId: number, limit: number): Promise<{ quotes: Quote[]; total: number }>;
  /** Best match first: by word stem, or where that finds nothing, by the beginnings of words. */
  search(communityId: number, term: string, limit: number): Promise<Quote[]>;
  /** False when there is no such quote. Repeating the key that deleted it is true again. */
  remove(removal: { communityId: number; number: number; by: string; key: string }): Promise<boolean>;
}

const shown = { number: quotes.number, text: quotes.quoteText, author: quotes.author };

export function makeQuoteStore(db: Database): QuoteStore {
  return {
    async add(quote) {
      const own = and(
        eq(quotes.communityId, quote.communityId),
        eq(quotes.idempotencyKey, quote.idempotencyKey),
      );
      const [, rows] = await db.batch([
        db.execute(insertNumbered(quote)),
        db.select(shown).from(quotes).where(own),
      ]);
      return must(rows[0], "the quote just added");
    },

    async get(communityId, number) {
      const [row] = await db
        .select(shown)
        .from(quotes)
        .where(and(kept(communityId), eq(quotes.number, number)));
      return row;
    },

    async pick(communityId, dice) {
      const total = sql`(select count(*) from ${quotes} where ${kept(communityId)})`;
      const chosen = sql`(
        select number from ${quotes} where ${kept(communityId)}
        order by number desc offset floor(${dice}::float8 * ${total})::bigint limit 1
      )`;
      const [row] = await db
        .select(shown)
        .from(quotes)
        .where(and(kept(communityId), eq(quotes.number, chosen)));
      return row;
    },

    async list(communityId, limit) {
      const rows = await db
        .select({ ...shown, total: sql<string>`count(*) over ()` })
        .from(quotes)
        .where(kept(communityId))
        .orderBy(desc(quotes.number))
        .limit(limit);
      return { quotes: rows.map(({ total: _, ...quote }) => quote), total: Number(rows[0]?.total ?? 0) };
    },

    async search(communityId, term, limit) {
      const stems = sql`websearch_to_tsquery('english', ${term})`;
      const beginnings = sql`to_tsquery('simple', ${toPrefixQuery(term)})`;
      const isByStem = sql<boolean>`${quotes.search} @@ ${stems}`;
      const rows = await db
        .select({ ...shown, isByStem })
        .from(quotes)
        .where(and(kept(communityId), sql`(${isByStem} or ${quotes.search} @@ ${beginnings})`))
        .orderBy(desc(isByStem), desc(sql`ts_rank(${quotes.search}, ${stems})`), desc(quotes.number))
        .limit(limit);
      const best = rows[0]?.isByStem ? rows.filter((row) => row.isByStem) : rows;
      return best.map(({ isByStem: _, ...quote }) => quote);
    },

    async remove({ communityId, number, by, key }) {
      const rows = await db
        .update(quotes)
        .set({ deletedAt: sql`coalesce(${quotes.deletedAt}, now())`, deletedBy: by, deletionKey: key })
        .where(
          and(
            eq(quotes.communityId, communityId),
            eq(quotes.number, number),
            sql`(${quotes.deletedAt} is null or ${quotes.deletionKey} = ${key})`,
          ),
        )
        .returning({ number: quotes.number });
      return rows.length > 0;
    },
  };
}

function kept(communityId: number): SQL | undefined {
  return and(eq(quotes.communityId, communityId), isNull(quotes.deletedAt));
}

/**
 * Takes the next number and inserts in one statement. The number's row lock lines up concurrent adds, so no two
 * get the same; a key already there takes no number at all. Two calls with one key at the same instant leave a gap.
 */
function insertNumbered({ communityId, text, author, addedBy, idempotencyKey }: NewQuote): SQL {
  return sql`
    with next as (
      insert into ${quoteNumbers} as n (community_id, last)
      select ${communityId}::integer, 1 where not exists (
        select 1 from ${quotes} where community_id = ${communityId} and idempotency_key = ${idempotencyKey}
      )
      on conflict (community_id) do update set last = n.last + 1
      returning last
    )
    insert into ${quotes} (community_id, number, quote_text, author, added_by, idempotency_key)
    select ${communityId}::integer, last, ${text}, ${author}, ${addedBy}, ${idempotencyKey} from next
    on conflict (community_id, idempotency_key) do nothing`;
}
