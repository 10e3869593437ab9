import { describe, expect, test } from "vitest";
import {
  aGrant,
  dump,
  fourHours,
  inVault,
  k1,
  k2,
  k2and1,
  k3,
  k3and2,
  key,
  many,
  minute,
  token,
} from "#test/fakes/vault-life.workerd";

describe("at rest", () => {
  test("HRD-9 no token stands in the object's storage, before and after a refresh and a rotation", () =>
    inVault(async (life) => {
      const { vault, world } = life;
      await vault.keep(aGrant());
      world.now += fourHours * 1000;
      await vault.getUserToken("bot");
      world.keyring = k2and1;
      await vault.reencrypt();
      const text = dump(life);
      expect(text).toContain("v1.k2.");
      for (const secret of ["CANARY", key(1), key(2), btoa("CANARY-access").slice(0, 12)])
        expect(text).not.toContain(secret);
      expect(JSON.stringify(vault.status())).not.toContain("CANARY");
    }));

  test("a ciphertext moved to another account's row opens nothing", () =>
    inVault(async ({ vault, storage }) => {
      await vault.keep(aGrant("owner"));
      await vault.keep(aGrant("thief"));
      storage.sql.exec(
        "UPDATE oauth_tokens SET access_token_enc = (SELECT access_token_enc FROM oauth_tokens WHERE account = 'owner') WHERE account = 'thief'",
      );
      expect(await vault.getUserToken("thief")).toMatchObject({ ok: false, code: "internal" });
      expect(await vault.getUserToken("owner")).toEqual(token(0, "owner"));
    }));

  test("another community's grant is refused, and without a keyring nothing is kept or handed out", () =>
    inVault(async ({ vault, world, provider }) => {
      await vault.keep(aGrant());
      expect(await vault.keep({ ...aGrant(), communityId: 8 })).toMatchObject({ code: "conflict" });
      world.keyring = "";
      const refusal = { ok: false, code: "unavailable", message: "TOKEN_ENCRYPTION_KEYS is not set" };
      expect(await vault.keep(aGrant("second"))).toEqual(refusal);
      world.now += fourHours * 1000;
      expect(await vault.getUserToken("bot")).toEqual(refusal);
      await vault.wake();
      // A refresh token is never spent when its successor could not be stored.
      expect(provider.requests).toBe(0);
      world.keyring = k1;
      world.now += minute;
      expect(await vault.getUserToken("bot")).toEqual(token(1));
    }));

  test("T16 the key rotates under load: no read fails, all is on the new key, the old key can go", () =>
    inVault(async ({ vault, open, world, provider }) => {
      const accounts = many(40, (at) => `u${at}`);
      for (const account of accounts) await vault.keep(aGrant(account));
      world.now += fourHours * 1000;
      const calls: Promise<unknown>[] = [];
      for (const round of many(10, (at) => at)) {
        if (round === 3) world.keyring = k2and1;
        if (round === 5) calls.push(vault.reencrypt());
        calls.push(...accounts.map((account) => vault.getUserToken(account)));
        await scheduler.wait(1);
      }
      // A second load, on living tokens, while the records are on their way from key to key.
      world.keyring = k3and2;
      const sweep = vault.reencrypt();
      for (const _ of many(10, (at) => at)) {
        calls.push(...accounts.map((account) => vault.getUserToken(account)));
        await scheduler.wait(1);
      }
      const answers = await Promise.all([...calls, sweep]);
      expect(answers).toHaveLength(802);
      expect(answers.filter((answer) => JSON.stringify(answer).includes('"ok":false'))).toEqual([]);
      expect(provider.requests).toBe(40);
      await vault.wake();
      expect(await vault.reencrypt()).toEqual({ ok: true, value: { moved: 0, remaining: 0, unreadable: 0 } });
      expect(new Set(vault.status().map(({ kid }) => kid))).toEqual(new Set(["k3"]));
      world.keyring = k3;
      const restarted = open();
      for (const account of accounts)
        expect(await restarted.getUserToken(account)).toEqual(token(1, account));
    }));

  test("a sweep never writes old tokens over a newer grant", () =>
    inVault(async ({ vault, world }) => {
      const accounts = many(20, (at) => `u${at}`);
      for (const account of accounts) await vault.keep(aGrant(account));
      world.keyring = k2and1;
      const sweep = vault.reencrypt();
      const newer = accounts.map((account) => vault.keep(aGrant(account, { accessToken: "newer" })));
      await Promise.all([sweep, ...newer]);
      for (const account of accounts)
        expect(await vault.getUserToken(account)).toEqual({ ok: true, value: "newer" });
    }));

  test("a record nobody reads is moved by the alarm, and one read is moved at once", () =>
    inVault(async ({ vault, world }) => {
      await vault.keep(aGrant("read"));
      await vault.keep(aGrant("idle"));
      world.keyring = k2and1;
      await vault.getUserToken("read");
      expect(vault.status().map(({ account, kid }) => [account, kid])).toEqual([
        ["idle", "k1"],
        ["read", "k2"],
      ]);
      await vault.wake();
      expect(vault.status().map(({ kid }) => kid)).toEqual(["k2", "k2"]);
    }));

  test("an old key taken away too early is named, counted, and its return heals", () =>
    inVault(async ({ vault, world }) => {
      await vault.keep(aGrant());
      world.keyring = k2;
      expect(await vault.getUserToken("bot")).toMatchObject({
        message: "TOKEN_ENCRYPTION_KEYS has no key k1",
      });
      expect(await vault.reencrypt()).toMatchObject({ value: { moved: 0, remaining: 1, unreadable: 1 } });
      world.keyring = k2and1;
      expect(await vault.getUserToken("bot")).toEqual(token(0));
    }));
});
