import { runInProcess } from "#module-kit/run-in-process";
import { memories } from "#modules/memories/module";
import type { NewQuote, QuoteStore } from "#modules/memories/store";

/** The module over a store that forgets; `dice` in [0, 1) chooses the random quote. */
export function makeFake({ dice = 0 }: { dice?: number } = {}) {
  return runInProcess(memories, { quotes: makeFakeQuoteStore(), random: () => dice });
}

interface Row extends NewQuote {
  number: number;
  deletionKey?: string;
}

/** Keeps the promises of the real store but one: it searches by beginnings of words, without stems. */
export function makeFakeQuoteStore(): QuoteStore {
  const rows: Row[] = [];
  const kept = (communityId: number) =>
    rows.filter((row) => row.communityId === communityId && row.deletionKey === undefined).reverse();

  return {
    async add(quote) {
      const own = rows.filter((row) => row.communityId === quote.communityId);
      const known = own.find((row) => row.idempotencyKey === quote.idempotencyKey);
      if (known) return known;
      const row = { ...quote, number: own.length + 1 };
      rows.push(row);
      return row;
    },
    get: async (communityId, number) => kept(communityId).find((row) => row.number === number),
    async pick(communityId, dice) {
      const all = kept(communityId);
      return all[Math.floor(dice * all.length)];
    },
    async list(communityId, limit) {
      const all = kept(communityId);
      return { quotes: all.slice(0, limit), total: all.length };
    },
    async search(communityId, term, limit) {
      const wanted = term.toLowerCase().split(" ");
      const isMatch = (row: Row) => {
        const words = `${row.text} ${row.author}`.toLowerCase().split(" ");
        return wanted.every((start) => words.some((word) => word.startsWith(start)));
      };
      return kept(communityId).filter(isMatch).slice(0, limit);
    },
    async remove({ communityId, number, key }) {
      const row = rows.find((one) => one.communityId === communityId && one.number === number);
      if (!row || (row.deletionKey !== undefined && row.deletionKey !== key)) return false;
      row.deletionKey = key;
      return true;
    },
  };
}
