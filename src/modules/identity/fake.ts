import type { Asked, Checked, FoundAccount, LinkWish } from "#db/link-codes";
import { runInProcess } from "#module-kit/run-in-process";
import { identity } from "#modules/identity/module";
import type { Linked } from "#modules/identity/store";

export interface Known {
  /** Persons by `platform:id`. */
  people: Record<string, number>;
  accounts: Linked[];
  found: FoundAccount | "many" | undefined;
  asked: Asked;
  checked: Checked;
  linked: "linked" | "again" | "taken";
  /** What was asked for. */
  wishes: LinkWish[];
}

/** The module over what it is told of people. */
export function makeFake(changes: Partial<Known> = {}) {
  const known: Known = {
    people: {},
    accounts: [],
    found: undefined,
    asked: { kind: "asked" },
    checked: { kind: "none" },
    linked: "linked",
    wishes: [],
    ...changes,
  };
  return runInProcess(identity, {
    people: {
      personOf: async (platform, platformUserId) => known.people[`${platform}:${platformUserId}`],
      accountsOf: async () => known.accounts,
      openWishes: async () => known.wishes.map(({ platform }) => platform),
      find: async () => known.found,
      async ask(wish) {
        if (known.asked.kind === "asked") known.wishes.push(wish);
        return known.asked;
      },
      check: async () => known.checked,
      link: async () => known.linked,
      unlink: async () => (known.accounts.length > 1 ? "unlinked" : "last"),
    },
  });
}
