import { env, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { TokenVault, userVaultName } from "#durable-objects/token-vault/token-vault";
import { aGrant, fourHours, k1, k2and1, token } from "#test/fakes/vault-life.workerd";

/** The object itself on real storage, with settings of the test's and no Twitch to reach. */
function inObject(run: (open: (settings: object) => TokenVault, state: DurableObjectState) => Promise<void>) {
  const stub = env.STORAGE_HOST.get(env.STORAGE_HOST.newUniqueId());
  return runInDurableObject(stub, async (_, state) => {
    const open = (settings: object) => {
      const vault: unknown = Reflect.construct(TokenVault, [state, settings]);
      if (!(vault instanceof TokenVault)) throw new Error("not a vault");
      return vault;
    };
    await run(open, state);
    await state.storage.deleteAlarm();
  });
}

const settings = { TWITCH_AUTH_BASE: "https://id.invalid", TOKEN_ENCRYPTION_KEYS: k1 };

test("user tokens survive the object's sleep, and a new key in the settings", () =>
  inObject(async (open, { storage }) => {
    expect(await open(settings).keepUserToken(aGrant())).toEqual({ ok: true, value: null });
    expect(await storage.getAlarm()).toBeGreaterThan(Date.now() + (fourHours - 1900) * 1000);
    const woken = open({ ...settings, TOKEN_ENCRYPTION_KEYS: k2and1 });
    expect(await woken.status()).toMatchObject([{ account: "bot", status: "active", kid: "k1" }]);
    await woken.alarm();
    expect(await woken.status()).toMatchObject([{ account: "bot", status: "active", kid: "k2" }]);
    expect(await woken.getUserToken("bot")).toEqual(token(0));
    expect(await woken.revokeUserToken("bot")).toBe(true);
    expect(await woken.getUserToken("bot")).toMatchObject({ code: "forbidden" });
  }));

test("without TOKEN_ENCRYPTION_KEYS the object says so and keeps nothing", () =>
  inObject(async (open) => {
    const vault = open({ ...settings, TOKEN_ENCRYPTION_KEYS: undefined });
    const refusal = { ok: false, code: "unavailable", message: "TOKEN_ENCRYPTION_KEYS is not set" };
    expect(await vault.keepUserToken(aGrant())).toEqual(refusal);
    expect(await vault.status()).toEqual([]);
    expect(await vault.getUserToken("bot")).toMatchObject({ code: "not_found" });
  }));

test("a provider that is not configured costs the account nothing", () =>
  inObject(async (open) => {
    const vault = open(settings);
    await vault.keepUserToken(aGrant());
    expect(await vault.getUserToken("bot", token(0).value)).toMatchObject({ code: "unavailable" });
    expect(await vault.status()).toMatchObject([{ status: "active", problem: "twitch is not configured" }]);
  }));

test("an app token's object stores nothing, and no name of a user's object is its own", () =>
  inObject(async (open, { storage }) => {
    expect(await open(settings).getAppToken()).toMatchObject({ code: "unavailable" });
    expect(storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'oauth_tokens'").toArray()).toEqual(
      [],
    );
    expect(userVaultName(7, "twitch")).toBe("user/7/twitch");
  }));
