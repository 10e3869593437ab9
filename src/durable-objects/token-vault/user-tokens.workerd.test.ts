import { describe, expect, test } from "vitest";
import { aGrant, dead, dump, fourHours, inVault, many, minute, token } from "#test/fakes/vault-life.workerd";

describe("one refresh", () => {
  test("T16 200 callers at one expiry: one refresh, all with the new token", () =>
    inVault(async ({ vault, provider, world }) => {
      await vault.keep(aGrant());
      expect(await vault.getUserToken("bot")).toEqual(token(0));
      world.now += fourHours * 1000;
      const answers = await Promise.all(many(200, () => vault.getUserToken("bot")));
      expect(answers).toEqual(many(200, () => token(1)));
      expect(provider.requests).toBe(1);
    }));

  test("T16 200 accounts expire in one second, each asked for twice: one refresh each, no dead token stored", () =>
    inVault(async ({ vault, open, provider, world }) => {
      for (const at of many(200, (index) => index)) await vault.keep(aGrant(`u${at}`));
      world.now += fourHours * 1000;
      const accounts = many(400, (at) => `u${at % 200}`);
      const answers = await Promise.all(accounts.map((account) => vault.getUserToken(account)));
      expect(answers).toEqual(accounts.map((account) => token(1, account)));
      expect(provider.requests).toBe(200);
      // Every stored refresh token is the living one: after a restart each renews once more.
      world.now += fourHours * 1000;
      const restarted = open();
      for (const account of accounts.slice(0, 200))
        expect(await restarted.getUserToken(account)).toEqual(token(2, account));
      expect(provider.requests).toBe(400);
    }));

  test("the new refresh token is stored before the new access token is used", () =>
    inVault(async ({ vault, open, world }) => {
      await vault.keep(aGrant());
      world.now += fourHours * 1000;
      expect(await vault.getUserToken("bot")).toEqual(token(1));
      // The process dies with the first use.
      world.now += fourHours * 1000;
      expect(await open().getUserToken("bot")).toEqual(token(2));
    }));

  test("a rejected token is renewed once; late rejections of it get the new one without a refresh", () =>
    inVault(async ({ vault, provider, world }) => {
      await vault.keep(aGrant());
      world.now += minute;
      const dead = token(0).value;
      expect(await Promise.all(many(50, () => vault.getUserToken("bot", dead)))).toEqual(
        many(50, () => token(1)),
      );
      expect(await vault.getUserToken("bot", dead)).toEqual(token(1));
      // A platform that rejects even the new one gets no storm.
      expect(await vault.getUserToken("bot", token(1).value)).toMatchObject({ retryAfterMs: 5000 });
      expect(provider.requests).toBe(1);
    }));

  test("a consent given during a refresh wins over its answer, good or bad", () =>
    inVault(async ({ vault, provider, world }) => {
      await vault.keep(aGrant());
      for (const answer of [undefined, dead]) {
        world.now += fourHours * 1000;
        provider.answer = answer;
        // Short-lived enough that it is due itself: the flight must not wait for itself.
        const fresh = aGrant("bot", { accessToken: "fresh", refreshToken: "r:bot:50", expiresInSeconds: 20 });
        provider.pause = async () => {
          await vault.keep(fresh);
        };
        expect(await vault.getUserToken("bot")).toEqual({ ok: true, value: "fresh" });
        expect(vault.status()).toMatchObject([{ status: "active", problem: null }]);
      }
    }));

  test("a withdrawal during a refresh is not undone by its answer", () =>
    inVault(async (life) => {
      const { vault, provider, world } = life;
      await vault.keep(aGrant());
      world.now += fourHours * 1000;
      provider.pause = async () => void vault.revoke("bot");
      expect(await vault.getUserToken("bot")).toMatchObject({ ok: false, code: "forbidden" });
      expect(vault.status()).toMatchObject([{ status: "revoked" }]);
      expect(dump(life)).not.toContain("v1.k1.CANARY");
      expect(
        life.storage.sql.exec("SELECT access_token_enc, refresh_token_enc FROM oauth_tokens").one(),
      ).toEqual({
        access_token_enc: "",
        refresh_token_enc: null,
      });
    }));
});

describe("ahead of expiry", () => {
  test("the alarm renews half an hour ahead, and is armed for the next time", () =>
    inVault(async ({ vault, provider, world, storage }) => {
      await vault.keep(aGrant());
      const first = world.now + fourHours * 1000 - 30 * minute;
      expect(await storage.getAlarm()).toBe(first);
      world.now = first;
      await vault.wake();
      expect(provider.requests).toBe(1);
      expect(await storage.getAlarm()).toBe(first + fourHours * 1000 - 30 * minute);
      expect(await vault.getUserToken("bot")).toEqual(token(1));
    }));

  test("a dead refresh token is seen ahead; no further tries, and the old token serves to its end", () =>
    inVault(async ({ vault, provider, world }) => {
      await vault.keep(aGrant());
      provider.revoked.add("bot");
      world.now += fourHours * 1000 - 30 * minute;
      await vault.wake();
      expect(vault.status()).toMatchObject([{ account: "bot", status: "reauth_required", kid: "k1" }]);
      expect(vault.status()[0]?.problem).toContain("withdrawn");
      expect(await vault.getUserToken("bot")).toEqual(token(0));
      world.now += 30 * minute;
      for (let call = 0; call < 5; call++)
        expect(await vault.getUserToken("bot")).toMatchObject({ ok: false, code: "forbidden" });
      await vault.wake();
      expect(provider.requests).toBe(1);
      // A new consent ends it.
      await vault.keep(aGrant("bot", { refreshToken: "CANARY-refresh:bot:9" }));
      expect(vault.status()).toMatchObject([{ status: "active", problem: null }]);
      expect(await vault.getUserToken("bot")).toEqual(token(0));
    }));

  test("T16 the owner of a token that cannot be renewed hears of its end a day ahead, while it still works", () =>
    inVault(async ({ vault, open, provider, world, storage }) => {
      const { refreshToken: _, ...grant } = aGrant("bot", { expiresInSeconds: 60 * 86_400 });
      await vault.keep(grant);
      world.now += 59 * 86_400_000 - 1000;
      await vault.wake();
      expect(vault.status()).toMatchObject([{ status: "active", problem: null }]);
      expect(await storage.getAlarm()).toBe(world.now + 1000);
      world.now += 1000;
      await open().wake();
      expect(vault.status()).toMatchObject([{ status: "reauth_required" }]);
      expect(await vault.getUserToken("bot")).toEqual(token(0));
      world.now += 86_400_000;
      expect(await vault.getUserToken("bot")).toMatchObject({ ok: false, code: "forbidden" });
      expect(provider.requests).toBe(0);
    }));

  test("T16 a token the platform rejects after the permission was withdrawn is never handed out again", () =>
    inVault(async ({ vault, provider }) => {
      await vault.keep(aGrant());
      provider.revoked.add("bot");
      const dead = token(0).value;
      expect(await vault.getUserToken("bot", dead)).toMatchObject({ code: "forbidden" });
      expect(await vault.getUserToken("bot", dead)).toMatchObject({ code: "forbidden" });
      expect(await vault.getUserToken("bot")).toMatchObject({ code: "forbidden" });
      expect(provider.requests).toBe(1);
    }));

  test("while the provider is down tries are spaced, the old token serves, and recovery needs nobody", () =>
    inVault(async ({ vault, provider, world, storage }) => {
      await vault.keep(aGrant());
      provider.answer = { kind: "later", reason: "the provider refused to renew the token (503)" };
      world.now += fourHours * 1000 - 20_000;
      const answers = await Promise.all(many(50, () => vault.getUserToken("bot")));
      expect(answers).toEqual(many(50, () => token(0)));
      expect(provider.requests).toBe(1);
      expect(await storage.getAlarm()).toBe(world.now + 1000);
      world.now += 21_000;
      expect(await vault.getUserToken("bot")).toMatchObject({ code: "unavailable", retryAfterMs: 2000 });
      expect(await vault.getUserToken("bot")).toMatchObject({ code: "unavailable", retryAfterMs: 2000 });
      expect(provider.requests).toBe(2);
      expect(vault.status()).toMatchObject([{ status: "active", problem: expect.stringContaining("503") }]);
      provider.answer = undefined;
      world.now += 2000;
      await vault.wake();
      expect(await vault.getUserToken("bot")).toEqual(token(1));
    }));
});
