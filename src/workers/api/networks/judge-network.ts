import type { ConnectionLook } from "#contracts/gateway-service";
import type { NetworkTest } from "#workers/api/networks/network-fields";

const nothing = { assigned: 0, joined: 0, failed_attempts: 0, reason: null, at: null };

/** What the gateways say of a network, as its keeper understands it. */
export function judgeNetwork(
  { enabled, channels }: { enabled: boolean; channels: readonly string[] },
  { gateways, reports }: ConnectionLook,
): NetworkTest {
  if (!enabled) return { ...nothing, state: "off" };
  if (channels.length === 0) return { ...nothing, state: "unused" };
  if (gateways === 0) return { ...nothing, state: "no_gateway" };
  if (reports.length === 0) return { ...nothing, state: "connecting" };
  const sum = (pick: (one: (typeof reports)[number]) => number) =>
    reports.reduce((total, one) => total + pick(one), 0);
  const [assigned, joined] = [sum((one) => one.assigned), sum((one) => one.joined)];
  const isConnected = reports.every((one) => one.isConnected);
  const isIn = joined >= assigned && assigned > 0 ? "connected" : "joining";
  return {
    state: isConnected ? isIn : "connecting",
    assigned,
    joined,
    failed_attempts: Math.max(...reports.map((one) => one.failedAttempts)),
    reason: reports.find(({ reason }) => reason !== undefined)?.reason ?? null,
    at: new Date(Math.min(...reports.map(({ at }) => at))).toISOString(),
  };
}
