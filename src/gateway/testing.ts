import type { IrcNetworkConfig } from "#contracts/gateway";
import type { GatewayConfig } from "#gateway/config";

/** An IRC network as tests need it: fast, and without secrets. */
export function aNetwork(changes: Partial<IrcNetworkConfig> = {}): IrcNetworkConfig {
  return {
    host: "127.0.0.1",
    port: 1,
    tls: false,
    nick: "waddle",
    flavour: "irc",
    burstLines: 20,
    linesPerSecond: 20,
    ...changes,
  };
}

/** A gateway's configuration; `edgeUrl` and `spoolPath` are the test's to give. */
export function aGatewayConfig(
  changes: Partial<GatewayConfig> & Pick<GatewayConfig, "edgeUrl" | "spoolPath">,
): GatewayConfig {
  return {
    gatewayId: "main",
    gatewayKey: "0123456789abcdef",
    networks: [],
    egress: { hosts: new Set(), localAddress: undefined },
    spoolFrames: 100_000,
    port: 0,
    host: "127.0.0.1",
    ...changes,
  };
}
