import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "#db/client";
import { gatewayNetworks } from "#db/schema/gateway";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { aNetwork } from "#gateway/testing";
import type { LogEntry } from "#lib/log";
import { loadNetworks, saveNetwork } from "#workers/edge/gateway-networks";

const keyOf = (byte: number) => Buffer.alloc(32, byte).toString("base64");
const keyring = JSON.stringify({ n1: keyOf(1) });

describe("networks in the hub's database", () => {
  let database: TestDatabase;
  let logged: LogEntry[];
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database?.close());
  beforeEach(async () => {
    logged = [];
    await openDatabase(address()).delete(gatewayNetworks);
  });

  const address = () => ({ DATABASE_URL: database.url, DATABASE_HTTP_ENDPOINT: database.endpoint });
  const env = (keys: string | undefined = keyring) => ({ ...address(), GATEWAY_ENCRYPTION_KEYS: keys });
  const load = (keys?: string) => loadNetworks(env(keys), (entry) => logged.push(entry));
  const withLogin = aNetwork({
    host: "irc.example.net",
    port: 6697,
    tls: true,
    sasl: { account: "waddle", password: "the secret one" },
    password: "the other secret",
    pollSeconds: 600,
    linesPerSecond: 0.5,
  });

  test("what is kept comes back whole, and no password stands in the table", async () => {
    expect(await saveNetwork(env(), withLogin)).toEqual({ ok: true, value: null });
    const rows = await openDatabase(address()).select().from(gatewayNetworks);
    expect(JSON.stringify(rows)).not.toMatch(/secret/);
    expect(rows[0]).toMatchObject({
      host: "irc.example.net",
      saslAccount: "waddle",
      saslPasswordEnc: expect.stringMatching(/^v1\.n1\./),
    });
    expect(await load()).toEqual([withLogin]);
    const changed = { ...withLogin, nick: "other" };
    await saveNetwork(env(), changed);
    expect(await load()).toEqual([changed]);
    expect(logged).toEqual([]);
  });

  test("threat 15: a password moved to another network, or of another key, opens nowhere: that network is left out", async () => {
    await saveNetwork(env(), withLogin);
    await saveNetwork(env(), aNetwork({ host: "plain.example.net", linesPerSecond: 0.5 }));
    const [row] = await openDatabase(address())
      .select()
      .from(gatewayNetworks)
      .where(eq(gatewayNetworks.host, "irc.example.net"));
    await openDatabase(address())
      .insert(gatewayNetworks)
      .values({ host: "evil.example.net", port: 6667, nick: "w", passwordEnc: row?.passwordEnc ?? "" });
    expect((await load()).map(({ host }) => host).sort()).toEqual(["irc.example.net", "plain.example.net"]);
    expect(logged).toMatchObject([{ details: { connection: "evil.example.net" } }]);
    expect((await load(JSON.stringify({ n1: keyOf(2) }))).map(({ host }) => host)).toEqual([
      "plain.example.net",
    ]);
    expect(JSON.stringify(logged)).not.toMatch(/secret/);
  });

  test("without a keyring a password is refused, and what has one is not connected to", async () => {
    expect(await saveNetwork(env(""), withLogin)).toMatchObject({ ok: false, code: "unavailable" });
    await saveNetwork(env(), withLogin);
    expect(await load("")).toEqual([]);
  });

  test("a network that is switched off is not there", async () => {
    await saveNetwork(env(), withLogin);
    await openDatabase(address()).update(gatewayNetworks).set({ isActive: false });
    expect(await load()).toEqual([]);
  });
});
