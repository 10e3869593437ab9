import { expect, test } from "vitest";
import type { ConnectionLook } from "#contracts/gateway-service";
import { judgeNetwork } from "#workers/api/networks/judge-network";

const report = (facts: Partial<ConnectionLook["reports"][number]> = {}) => ({
  ...{ platform: "irc", connection: "irc.example.net", isConnected: true, assigned: 2, joined: 2 },
  failedAttempts: 0,
  at: Date.UTC(2026, 4, 1),
  ...facts,
});
const used = { enabled: true, channels: ["#a", "#b"] };
const states = (network: typeof used, looks: ConnectionLook[]) =>
  looks.map((look) => judgeNetwork(network, look).state);

test("IRC-1 a network is green only when every gateway that has it is connected and in every channel", () => {
  const looks = [
    { gateways: 0, reports: [] },
    { gateways: 1, reports: [] },
    { gateways: 1, reports: [report({ isConnected: false, joined: 0 })] },
    { gateways: 1, reports: [report({ joined: 1 })] },
    { gateways: 2, reports: [report(), report({ isConnected: false })] },
    { gateways: 2, reports: [report(), report()] },
  ];
  expect(states(used, looks)).toEqual([
    ...["no_gateway", "connecting", "connecting", "joining", "connecting", "connected"],
  ]);
});

test("IRC-1 one that is switched off or has no channel is not blamed on a gateway", () => {
  const look = { gateways: 0, reports: [] };
  expect(states({ enabled: false, channels: ["#a"] }, [look])).toEqual(["off"]);
  expect(states({ enabled: true, channels: [] }, [look])).toEqual(["unused"]);
});

test("IRC-4 why it failed is said in the gateway's own words, with the attempts and the moment", () => {
  const failing = report({
    isConnected: false,
    joined: 0,
    failedAttempts: 7,
    reason: "connect ECONNREFUSED",
  });
  expect(judgeNetwork(used, { gateways: 1, reports: [failing] })).toEqual({
    state: "connecting",
    assigned: 2,
    joined: 0,
    failed_attempts: 7,
    reason: "connect ECONNREFUSED",
    at: "2026-05-01T00:00:00.000Z",
  });
});
