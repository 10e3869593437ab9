import { sign } from "hono/jwt";
import { describe, expect, test } from "vitest";
import { jwtSecretProblem, makeUserToken, readUserToken } from "#workers/api/access/user-token";

const secret = "penguins-waddle-over-ice-and-snow";
const owner = { userId: "7", username: "pia", email: "pia@example.org", roles: ["user"] };

test("a fresh token says who it is", async () => {
  const claims = await readUserToken(await makeUserToken(owner, secret), secret);
  expect(claims).toMatchObject({
    sub: "7",
    username: "pia",
    email: "pia@example.org",
    roles: ["user"],
    type: "access",
  });
  expect((claims?.exp ?? 0) - (claims?.iat ?? 0)).toBe(86_400);
});

describe("refused", () => {
  test("GW-5 an expired token", async () => {
    const token = await makeUserToken(owner, secret, { now: Date.now() - 61_000, lifeSeconds: 60 });
    expect(await readUserToken(token, secret)).toBeUndefined();
  });

  test("GW-5 a token with one claim changed", async () => {
    const [header = "", payload = "", signature = ""] = (await makeUserToken(owner, secret)).split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, roles: ["admin"] })).toString("base64url");
    expect(await readUserToken([header, forged, signature].join("."), secret)).toBeUndefined();
  });

  test("LIB-5 a token signed with another secret", async () => {
    const token = await makeUserToken(owner, `${secret}!`);
    expect(await readUserToken(token, secret)).toBeUndefined();
  });

  test.each(["none", "None", "HS512", "RS256"])("LIB-5 alg %s", async (alg) => {
    const [, payload = "", signature = ""] = (await makeUserToken(owner, secret)).split(".");
    const header = Buffer.from(JSON.stringify({ alg, typ: "JWT" })).toString("base64url");
    expect(await readUserToken(`${header}.${payload}.`, secret)).toBeUndefined();
    expect(await readUserToken(`${header}.${payload}.${signature}`, secret)).toBeUndefined();
  });

  const now = Math.floor(Date.now() / 1000);
  const whole = { ...owner, sub: "7", iat: now, exp: now + 60, type: "access" };
  test.each([
    ["another type", { ...whole, type: "refresh" }],
    ["no end", { ...owner, sub: "7", iat: now, type: "access" }],
    ["a life over 24 h", { ...whole, exp: now + 90_000 }],
    ["no subject", { ...owner, iat: now, exp: now + 60, type: "access" }],
  ])("a token with %s", async (_, claims) => {
    expect(await readUserToken(await sign(claims, secret, "HS256"), secret)).toBeUndefined();
  });

  test.each(["", "a.b", "a.b.c", "é.é.é", "x".repeat(5000)])("%j", async (token) => {
    expect(await readUserToken(token, secret)).toBeUndefined();
  });
});

test.each(["", "change-me-in-production", "CHANGE-ME-IN-PRODUCTION-change-me-in-production", "short"])(
  "HRD-1 with the secret %j no token is made or read, and the variable is named",
  async (weak) => {
    expect(jwtSecretProblem(weak)).toContain("JWT_SECRET");
    await expect(makeUserToken(owner, weak)).rejects.toThrow("JWT_SECRET");
    const now = Math.floor(Date.now() / 1000);
    const claims = { ...owner, sub: "7", iat: now, exp: now + 60, type: "access" };
    const token = await sign(claims, weak || "x", "HS256");
    expect(await readUserToken(token, weak)).toBeUndefined();
  },
);
