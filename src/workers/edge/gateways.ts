import { WorkerEntrypoint } from "cloudflare:workers";
import type { GatewayService, NetworkPasswords } from "#contracts/gateway-service";
import { allGateways, linkOf } from "#workers/edge/all-gateways";
import { sealPasswords } from "#workers/edge/gateway-networks";

/** The API's door to the gateways: an entry of its own, because only the edge may hold the networks' key. */
export class Gateways extends WorkerEntrypoint<EdgeEnv> implements GatewayService {
  async sealPasswords(host: string, passwords: NetworkPasswords) {
    return sealPasswords(this.env, host, passwords);
  }

  async lookAt(platform: string, connection: string) {
    const names = await allGateways(this.env);
    const asked = await Promise.allSettled(names.map((name) => linkOf(this.env, name).status()));
    const alive = asked.flatMap((one) =>
      one.status === "fulfilled" && one.value.connected ? [one.value] : [],
    );
    const reports = alive.flatMap(({ report }) =>
      (report?.connections ?? [])
        .filter((one) => one.platform === platform && one.connection === connection)
        .map((one) => ({ ...one, at: report?.at ?? 0 })),
    );
    return { gateways: alive.length, reports };
  }

  async refresh(): Promise<number> {
    const names = await allGateways(this.env);
    const told = await Promise.allSettled(names.map((name) => linkOf(this.env, name).refresh()));
    return told.filter(({ status }) => status === "fulfilled").length;
  }
}
