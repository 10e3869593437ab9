import type { LookupAddress } from "node:dns";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { startIrcConnection } from "#gateway/irc/connection";
import { makeDialect } from "#gateway/irc/dialect";
import { makePublicLookup } from "#gateway/irc/public-lookup";
import { aNetwork } from "#gateway/testing";
import { startLineServer } from "#simulators/irc/line-server";

const look = (addresses: LookupAddress[], all = true) =>
  new Promise((resolve) => {
    const lookup = makePublicLookup((_, __, done) => done(null, addresses));
    lookup("irc.example.net", { all }, (error, found) => resolve(error?.message ?? found));
  });

const open = { address: "93.184.216.34", family: 4 };

test("threat 7 a name with one address inside is refused, a public one is what is connected to", async () => {
  expect(await look([open])).toEqual([open]);
  expect(await look([open], false)).toBe(open.address);
  for (const address of ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:127.0.0.1"])
    expect(await look([open, { address, family: address.includes(":") ? 6 : 4 }])).toBe(
      "irc.example.net is not at a public address",
    );
  expect(await look([])).toBe("irc.example.net is not at a public address");
});

test.each(["127.0.0.1", "localhost"])(
  "threat 7 a community's network at %s is never connected to",
  async (host) => {
    let visits = 0;
    const server = await startLineServer({
      onLine: () => undefined,
      onOpen: () => {
        visits += 1;
      },
    });
    const config = aNetwork({ host, port: server.port, isPublicOnly: true });
    const failures: unknown[] = [];
    const connection = startIrcConnection({
      config,
      dialect: makeDialect(config, Date.now),
      onLine: () => undefined,
      log: (entry) => failures.push(entry.details),
      backoff: { baseMs: 5, maxMs: 10 },
      now: Date.now,
      random: () => 0.5,
    });
    await expect.poll(() => failures.length, { timeout: 10_000 }).toBeGreaterThan(2);
    await connection.close();
    expect(failures[0]).toMatchObject({ reason: `${host} is not at a public address` });
    expect(visits).toBe(0);
    // The counter counts.
    const visitor = connect(server.port, "127.0.0.1");
    await expect.poll(() => visits).toBe(1);
    visitor.destroy();
    await server.close();
  },
);
