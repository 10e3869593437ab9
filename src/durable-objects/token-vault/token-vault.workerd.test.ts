import { env, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { refuse, succeed } from "#contracts/outcome";
import { makeTokenVault, type TokenVaultDeps } from "#durable-objects/token-vault/token-vault";
import type { VaultCopy } from "#durable-objects/token-vault/vault-copy";
import { grantName, parseGrantName, userVaultName } from "#durable-objects/token-vault/vault-names";
import { aGrant, aProvider, fourHours, k1, k2and1, many, token } from "#test/fakes/vault-life.workerd";

interface Settings {
  keys?: string;
}
const owner = { communityId: 7, provider: "twitch" };

/** The world around the objects of one test: a clock, a rotating provider, and where copies go. */
function aWorld() {
  const provider = aProvider();
  const world = {
    // Ahead of the real clock, which decides when an alarm fires.
    now: 1_800_000_000_000,
    provider,
    appTokens: 0,
    isDatabaseDown: false,
    copies: new Map<string, VaultCopy>(),
  };
  const deps: TokenVaultDeps<Settings> = {
    now: () => world.now,
    keyring: ({ keys }) => keys,
    refresh: (_env, _provider, old) => provider.refresh(old),
    isAskedForLife: (name) => name === "twitch",
    askLife: () => provider.askLife(),
    giveBack: async (_env, _provider, accessToken) => void provider.givenBack.push(accessToken),
    async askAppToken(_env, name) {
      world.appTokens++;
      await scheduler.wait(1);
      if (name !== "twitch") return refuse("unavailable");
      return succeed({ token: `app-${world.appTokens}`, expiresInSeconds: 3600 });
    },
    copies: () => ({
      async save(copy) {
        if (world.isDatabaseDown) throw new Error("the database is away");
        const before = world.copies.get("twitch")?.grants ?? [];
        const grants = [...before, ...copy.grants].map((grant) => [grant.account, grant] as const);
        world.copies.set("twitch", { ...copy, grants: [...new Map(grants).values()] });
      },
      async load() {
        if (world.isDatabaseDown) throw new Error("the database is away");
        return world.copies.get("twitch");
      },
    }),
  };
  return { world, provider, TokenVault: makeTokenVault<Settings>(deps) };
}
type Life = ReturnType<typeof aWorld> & {
  open(settings?: Settings): InstanceType<ReturnType<typeof aWorld>["TokenVault"]>;
  state: DurableObjectState;
};

/** The object itself on real storage. */
function inObject(run: (life: Life) => Promise<void>, made = aWorld()) {
  const stub = env.STORAGE_HOST.get(env.STORAGE_HOST.newUniqueId());
  return runInDurableObject(stub, async (_, state) => {
    const open = (settings: Settings = { keys: k1 }) => {
      const vault: unknown = Reflect.construct(made.TokenVault, [state, settings]);
      if (!(vault instanceof made.TokenVault)) throw new Error("not a vault");
      return vault;
    };
    await run({ ...made, open, state });
    await state.storage.deleteAlarm();
  });
}

test("user tokens survive the object's sleep, and a new key in the settings", () =>
  inObject(async ({ open, state, world }) => {
    expect(await open().keepUserToken(aGrant())).toEqual({ ok: true, value: null });
    expect(await state.storage.getAlarm()).toBe(world.now + 3_600_000);
    const woken = open({ keys: k2and1 });
    expect(await woken.status()).toMatchObject([{ account: "bot", status: "active", kid: "k1" }]);
    await woken.alarm();
    expect(await woken.status()).toMatchObject([{ account: "bot", status: "active", kid: "k2" }]);
    expect(await woken.getUserToken(owner, "bot")).toEqual(token(0));
    expect(await woken.revokeUserToken(owner, "bot")).toEqual({ ok: true, value: true });
    expect(await woken.getUserToken(owner, "bot")).toMatchObject({ code: "forbidden" });
  }));

test("without TOKEN_ENCRYPTION_KEYS the object says so and keeps nothing", () =>
  inObject(async ({ open }) => {
    const vault = open({});
    const refusal = { ok: false, code: "unavailable", message: "TOKEN_ENCRYPTION_KEYS is not set" };
    expect(await vault.keepUserToken(aGrant())).toEqual(refusal);
    expect(await vault.status()).toEqual([]);
    expect(await vault.getUserToken(owner, "bot")).toMatchObject({ code: "not_found" });
  }));

test("T16 200 tokens expire in one second: one refresh each through the object, and no dead token is stored", () =>
  inObject(async ({ open, provider, world }) => {
    const vault = open();
    const accounts = many(200, (at) => `u${at}`);
    for (const account of accounts) await vault.keepUserToken(aGrant(account));
    world.now += fourHours * 1000;
    const askedTwice = [...accounts, ...accounts];
    const answers = await Promise.all(askedTwice.map((account) => vault.getUserToken(owner, account)));
    expect(answers).toEqual(askedTwice.map((account) => token(1, account)));
    expect(provider.requests).toBe(200);
    world.now += fourHours * 1000;
    const restarted = open();
    for (const account of accounts)
      expect(await restarted.getUserToken(owner, account)).toEqual(token(2, account));
    expect(provider.requests).toBe(400);
  }));

test("T16 a withdrawn permission is seen within the hour by the question Twitch demands, and the bot stops", () =>
  inObject(async ({ open, provider, world, state }) => {
    const vault = open();
    await vault.keepUserToken(aGrant());
    world.now += 3_600_000;
    await vault.alarm();
    expect(provider.lifeAsked).toBe(1);
    expect(await state.storage.getAlarm()).toBe(world.now + 3_600_000);
    provider.life = "invalid";
    provider.revoked.add("bot");
    world.now += 3_600_000;
    await vault.alarm();
    expect(await vault.status()).toMatchObject([{ status: "reauth_required" }]);
    expect(world.copies.get("twitch")?.grants).toMatchObject([{ status: "reauth_required" }]);
    expect(await vault.getUserToken(owner, "bot")).toMatchObject({ code: "forbidden" });
    world.now += 7_200_000;
    await vault.alarm();
    expect([provider.lifeAsked, provider.requests]).toEqual([2, 1]);
  }));

test("a token that is invalid while its refresh token lives is renewed, and silence proves nothing", () =>
  inObject(async ({ open, provider, world, state }) => {
    const vault = open();
    await vault.keepUserToken(aGrant());
    provider.life = "unknown";
    world.now += 3_600_000;
    await vault.alarm();
    expect(await vault.getUserToken(owner, "bot")).toEqual(token(0));
    expect(await state.storage.getAlarm()).toBe(world.now + 60_000);
    provider.life = "invalid";
    world.now += 60_000;
    await vault.alarm();
    expect(await vault.getUserToken(owner, "bot")).toEqual(token(1));
  }));

test("a lost object is rebuilt from its copy; what the copy lacks is refused, not guessed", async () => {
  const made = aWorld();
  await inObject(async ({ open }) => {
    await open().keepUserToken(aGrant("bot", { name: "Waddle" }));
    expect(JSON.stringify([...made.world.copies.values()])).not.toContain("CANARY");
  }, made);
  await inObject(async ({ open }) => {
    made.world.isDatabaseDown = true;
    expect(await open().getUserToken(owner, "bot")).toMatchObject({ code: "unavailable" });
    made.world.isDatabaseDown = false;
    const vault = open();
    expect(await vault.getUserToken(owner, "bot")).toEqual(token(0));
    expect(await vault.getUserToken(owner, "stranger")).toMatchObject({ code: "not_found" });
  }, made);
});

test("a ciphertext swapped between rows of the copy opens nothing after a rebuild", async () => {
  const made = aWorld();
  await inObject(async ({ open }) => {
    await open().keepUserToken(aGrant("owner/1"));
    await open().keepUserToken(aGrant("owner/2"));
  }, made);
  const copy = made.world.copies.get("twitch");
  if (!copy) throw new Error("no copy");
  const [first, second] = copy.grants;
  if (!first || !second) throw new Error("no grants");
  made.world.copies.set("twitch", { ...copy, grants: [{ ...first, sealed: second.sealed }, second] });
  await inObject(async ({ open }) => {
    expect(await open().getUserToken(owner, "owner/1")).toMatchObject({ code: "internal" });
    expect(await open().getUserToken(owner, "owner/2")).toEqual(token(0, "owner/2"));
  }, made);
});

test("a copy that did not arrive is brought by the alarm", () =>
  inObject(async ({ open, world, state }) => {
    const vault = open();
    await vault.getUserToken(owner, "nobody");
    await vault.keepUserToken(aGrant("bot"));
    world.isDatabaseDown = true;
    await vault.keepUserToken(aGrant("second"));
    expect(world.copies.get("twitch")?.grants).toHaveLength(1);
    expect(await state.storage.getAlarm()).toBe(world.now + 60_000);
    world.isDatabaseDown = false;
    await vault.alarm();
    expect(world.copies.get("twitch")?.grants).toHaveLength(2);
  }));

test("a token that is given back leaves both sides", () =>
  inObject(async ({ open, provider, world }) => {
    const vault = open();
    await vault.keepUserToken(aGrant());
    expect(await vault.revokeUserToken(owner, "bot")).toEqual({ ok: true, value: true });
    expect(await vault.revokeUserToken(owner, "nobody")).toEqual({ ok: true, value: false });
    expect(provider.givenBack).toEqual([token(0).value]);
    expect(world.copies.get("twitch")?.grants).toMatchObject([
      { status: "revoked", sealed: { access: "", refresh: null } },
    ]);
  }));

test("app tokens: one request for all, kept to five minutes before its end, stored nowhere", () =>
  inObject(async ({ open, world, state }) => {
    const vault = open();
    const answers = await Promise.all(many(50, () => vault.getAppToken("twitch")));
    expect(answers).toEqual(many(50, () => ({ ok: true, value: "app-1" })));
    expect(await vault.getAppToken("twitch", "app-1")).toEqual({ ok: true, value: "app-2" });
    expect(await vault.getAppToken("twitch", "app-1")).toEqual({ ok: true, value: "app-2" });
    world.now += 3_300_001;
    expect(await vault.getAppToken("twitch")).toEqual({ ok: true, value: "app-3" });
    expect(await vault.getAppToken("other")).toMatchObject({ code: "unavailable" });
    const tables = "SELECT name FROM sqlite_master WHERE name = 'oauth_tokens'";
    expect(state.storage.sql.exec(tables).toArray()).toEqual([]);
  }));

test("names: an app token's object is nobody's vault, and a grant's name says both its parts", () => {
  expect(userVaultName(7, "twitch")).toBe("user/7/twitch");
  expect(parseGrantName(grantName("owner", "a/b"))).toEqual({ role: "owner", accountId: "a/b" });
  expect(parseGrantName("admin/1")).toBeUndefined();
});

test("SLK-4 a permission said to be gone is asked about at once, and shown as soon as it is", () =>
  inObject(async ({ open, provider, world, state }) => {
    const vault = open();
    const shown = () => world.copies.get("twitch")?.grants.map(({ status }) => status);
    await vault.keepUserToken(aGrant());
    for (const life of ["valid", "unknown"] as const) {
      provider.life = life;
      expect(await vault.checkUserToken(owner, "bot")).toEqual({ ok: true, value: true });
    }
    expect([provider.lifeAsked, provider.requests, shown()]).toEqual([2, 0, ["active"]]);
    // Nobody knew: it is asked again soon, not in an hour.
    expect(await state.storage.getAlarm()).toBe(world.now + 60_000);
    provider.life = "invalid";
    provider.revoked.add("bot");
    world.now += 10_000;
    expect(await vault.checkUserToken(owner, "bot")).toEqual({ ok: true, value: false });
    expect(shown()).toEqual(["reauth_required"]);
    expect(await vault.getUserToken(owner, "bot")).toMatchObject({ code: "forbidden" });
    expect(await vault.checkUserToken(owner, "nobody")).toEqual({ ok: true, value: false });
    expect([provider.lifeAsked, provider.requests]).toEqual([3, 1]);
  }));
