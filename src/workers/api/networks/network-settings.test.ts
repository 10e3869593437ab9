import { describe, expect, test } from "vitest";
import type { NetworkChange, NetworkRow } from "#workers/api/networks/network-fields";
import { settle } from "#workers/api/networks/network-settings";

const host = "irc.example.net";
const row: NetworkRow = {
  host,
  port: 6697,
  tls: true,
  ca: null,
  nick: "waddle",
  flavour: "irc",
  poll_seconds: 600,
  burst_lines: 5,
  lines_per_second: 0.5,
  sasl_account: "waddle",
  sasl_password_enc: "v1.sealed",
  password_enc: "v1.sealed-too",
  is_active: true,
  is_trusted: false,
  version: 3,
  updated_at: "2026-05-01T00:00:00Z",
};
const fresh = "new";
const fieldsOf = (
  change: NetworkChange,
  known: NetworkRow | typeof fresh = row,
  at = host,
  isTrusted = false,
) => {
  const settled = settle(at, change, known === fresh ? undefined : known, isTrusted);
  return Array.isArray(settled) ? settled.map(({ field }) => field) : [];
};

describe("a change upon what there is", () => {
  test("what is not named stays, null takes away, a password that stays is not touched", () => {
    const { updated_at: _, version: __, host: ___, sasl_password_enc: s, password_enc: p, ...settings } = row;
    expect([s, p]).toEqual(["v1.sealed", "v1.sealed-too"]);
    expect(settle(host, { nick: "other" }, row, false)).toEqual({
      settings: { ...settings, nick: "other" },
      password: undefined,
      saslPassword: undefined,
    });
    expect(settle(host, { poll_seconds: null, sasl: null, password: null }, row, false)).toEqual({
      settings: { ...settings, poll_seconds: null, sasl_account: null },
      password: null,
      saslPassword: null,
    });
    expect(settle(host, { nick: "new" }, undefined, true)).toMatchObject({
      settings: { port: 6697, tls: true, poll_seconds: null, is_active: true, is_trusted: true },
    });
  });

  test("threat 15: passwords that were kept are not sent to another place than they were given for", () => {
    for (const change of [{ port: 7000 }, { ca: "-----BEGIN CERTIFICATE-----" }])
      expect(fieldsOf(change)).toEqual(["password", "sasl.password"]);
    expect(
      fieldsOf({ port: 7000, password: "again", sasl: { account: "waddle", password: "again" } }),
    ).toEqual([]);
    expect(fieldsOf({ port: 7000, password: null, sasl: null })).toEqual([]);
    expect(fieldsOf({ tls: false, password: null, sasl: null })).toEqual([]);
    expect(fieldsOf({ tls: false, password: "again", sasl: null })).toEqual(["tls"]);
  });

  test("an account needs its password the first time", () => {
    const bare = { ...row, sasl_account: null, sasl_password_enc: null, password_enc: null };
    expect(fieldsOf({ sasl: { account: "waddle" } }, bare)).toEqual(["sasl.password"]);
    expect(fieldsOf({ sasl: { account: "other" } })).toEqual([]);
  });

  test("threat 7: a community names public hosts and ports of IRC; the house may name any", () => {
    const hosts = [
      "127.0.0.1",
      "localhost",
      "irc",
      "::1",
      "printer.local",
      "metadata.internal",
      "2130706433",
    ];
    for (const at of hosts) {
      expect(fieldsOf({ nick: "w" }, fresh, at), at).toContain("host");
      expect(fieldsOf({ nick: "w" }, fresh, at, true), at).toEqual([]);
    }
    for (const port of [22, 25, 80, 443]) expect(fieldsOf({ nick: "w", port }, fresh)).toEqual(["port"]);
    for (const port of [194, 994, 6697, 7000]) expect(fieldsOf({ nick: "w", port }, fresh)).toEqual([]);
  });
});
