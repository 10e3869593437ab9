import { expect, test } from "vitest";
import { connectionReport, maxReports } from "#contracts/gateway";
import { reportsOf } from "#gateway/reports";

const health = (connection: string, reason?: string) => ({
  ...{ platform: "irc", connection, isConnected: false, assigned: 1, joined: 0, failedAttempts: 3 },
  ...(reason !== undefined && { reason }),
  numbers: { connections: 1 },
});

test("IRC-4 what is told of connections fits the wire, however long the reason and however many there are", () => {
  const many = Array.from({ length: maxReports + 10 }, (_, at) => health(`n${at}`, "x".repeat(1000)));
  const told = reportsOf([{ health: () => many }, { health: () => [health("last")] }]);
  expect(told).toHaveLength(maxReports);
  for (const one of told) expect(connectionReport.parse(one)).toEqual(one);
  expect(reportsOf([{ health: () => [health("only")] }])).toEqual([
    ...[
      { platform: "irc", connection: "only", isConnected: false, assigned: 1, joined: 0, failedAttempts: 3 },
    ],
  ]);
});
