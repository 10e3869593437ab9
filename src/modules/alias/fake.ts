import { runInProcess } from "#module-kit/run-in-process";
import { alias } from "#modules/alias/module";
import type { AliasStore, NewAlias } from "#modules/alias/store";

/** The module over a store that forgets, and a look at how often each alias was used. */
export function makeFake() {
  const { aliases, usageCount } = makeFakeAliasStore();
  return { ...runInProcess(alias, { aliases }), usageCount };
}

interface Row extends NewAlias {
  usageCount: number;
  useKey?: string;
  removalKey?: string;
}

/** Keeps the promises of the real store. */
export function makeFakeAliasStore(): {
  aliases: AliasStore;
  usageCount: (name: string) => number | undefined;
} {
  const rows = new Map<string, Row>();
  const keyOf = ({ communityId, name }: { communityId: number; name: string }) => `${communityId}/${name}`;
  const active = () => [...rows.values()].filter((row) => row.removalKey === undefined);

  const aliases: AliasStore = {
    async add(alias) {
      const row = rows.get(keyOf(alias));
      if (row && row.idempotencyKey === alias.idempotencyKey) return row.removalKey === undefined;
      if (row && row.removalKey === undefined) return false;
      rows.set(keyOf(alias), { ...alias, usageCount: 0 });
      return true;
    },
    async remove({ key, ...place }) {
      const row = rows.get(keyOf(place));
      if (!row || (row.removalKey !== undefined && row.removalKey !== key)) return false;
      row.removalKey = key;
      return true;
    },
    list: async (communityId) => active().filter((row) => row.communityId === communityId),
    async use({ key, ...place }) {
      const row = rows.get(keyOf(place));
      if (!row || row.removalKey !== undefined) return undefined;
      if (row.useKey !== key) row.usageCount += 1;
      row.useKey = key;
      return row;
    },
  };
  const usageCount = (name: string) => active().find((row) => row.name === name)?.usageCount;
  return { aliases, usageCount };
}
