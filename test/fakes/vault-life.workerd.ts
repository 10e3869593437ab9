import { env, runInDurableObject } from "cloudflare:test";
import type { RefreshAnswer } from "#contracts/oauth";
import type { UserGrant, UserTokenDeps } from "#durable-objects/token-vault/user-grant";
import { UserTokens } from "#durable-objects/token-vault/user-tokens";

export const minute = 60_000;
export const fourHours = 14_400;
/** A master key in base64; each byte another key. */
export const key = (byte: number) => btoa(String.fromCharCode(byte).repeat(32));
export const k1 = JSON.stringify({ k1: key(1) });
export const k2and1 = JSON.stringify({ k2: key(2), k1: key(1) });
export const k3and2 = JSON.stringify({ k3: key(3), k2: key(2) });
export const k3 = JSON.stringify({ k3: key(3) });
export const k2 = JSON.stringify({ k2: key(2) });

/** A provider whose refresh tokens are good for one use; it can be told to answer something else. */
export function aProvider() {
  const provider = {
    requests: 0,
    spent: new Map<string, number>(),
    revoked: new Set<string>(),
    expiresIn: fourHours,
    /** Takes the place of the next answers. */
    answer: undefined as RefreshAnswer | undefined,
    /** Awaited before the answer. */
    pause: async () => {},
    /** What it says when asked whether a token lives. */
    life: "valid" as "valid" | "invalid" | "unknown",
    lifeAsked: 0,
    givenBack: [] as string[],
    async refresh(old: string): Promise<RefreshAnswer> {
      provider.requests++;
      const uses = (provider.spent.get(old) ?? 0) + 1;
      await provider.pause();
      if (provider.answer) return provider.answer;
      const account = old.split(":")[1] ?? "";
      if (uses > 1 || provider.revoked.has(account)) return dead;
      provider.spent.set(old, uses);
      const number = Number(old.split(":")[2]) + 1;
      return {
        kind: "renewed",
        accessToken: `CANARY-access:${account}:${number}`,
        refreshToken: `CANARY-refresh:${account}:${number}`,
        expiresInSeconds: provider.expiresIn,
        scopes: ["user:bot"],
      };
    },
    async askLife() {
      provider.lifeAsked++;
      return provider.life;
    },
  };
  return provider;
}
export type Provider = ReturnType<typeof aProvider>;

export const dead: RefreshAnswer = { kind: "dead", reason: "the permission was withdrawn or ran out" };

let objects = 0;

/** Runs user tokens on the storage of a fresh object, with a clock, a keyring and a provider of the test's. */
export function inVault(
  run: (life: Life) => Promise<void>,
  more: (provider: Provider) => Partial<UserTokenDeps> = () => ({}),
): Promise<void> {
  const stub = env.STORAGE_HOST.get(env.STORAGE_HOST.idFromName(`user-tokens-${++objects}`));
  return runInDurableObject(stub, async (_, { storage }) => {
    const life = makeLife(storage, more);
    await run(life);
    await storage.deleteAlarm();
  });
}

function makeLife(storage: DurableObjectStorage, more: (provider: Provider) => Partial<UserTokenDeps>) {
  const provider = aProvider();
  const world = { now: 1_800_000_000_000, keyring: k1 };
  const open = () =>
    new UserTokens({
      storage,
      now: () => world.now,
      keyring: () => world.keyring,
      refresh: (_provider, old) => provider.refresh(old),
      ...more(provider),
    });
  return { vault: open(), open, provider, world, storage };
}
export type Life = ReturnType<typeof makeLife>;

export const aGrant = (account = "bot", facts: Partial<UserGrant> = {}): UserGrant => ({
  communityId: 7,
  provider: "twitch",
  account,
  accessToken: `CANARY-access:${account}:0`,
  refreshToken: `CANARY-refresh:${account}:0`,
  expiresInSeconds: fourHours,
  scopes: ["user:bot"],
  ...facts,
});
export const many = <T>(count: number, one: (index: number) => T) =>
  Array.from({ length: count }, (_, at) => one(at));
/** What a caller gets after that many refreshes. */
export const token = (number: number, account = "bot") => ({
  ok: true,
  value: `CANARY-access:${account}:${number}`,
});

/** Every row of every table. */
export function dump({ storage }: Life): string {
  const tables = storage.sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'");
  return tables
    .toArray()
    .filter(({ name }) => !name.startsWith("_cf_"))
    .map(({ name }) => JSON.stringify(storage.sql.exec(`SELECT * FROM ${name}`).toArray()))
    .join("\n");
}
