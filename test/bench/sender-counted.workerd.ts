import { countsPath } from "#test/bench/counts";
import { countCalls, readCounts, withCountedStorage } from "#test/bench/object-counts.workerd";
import RealSender, { TokenVault as RealTokenVault } from "#workers/sender/index";

// Whatever else the Worker has; what is counted is written below and takes precedence.
export * from "#workers/sender/index";

const vaultIds = new Set<string>();

/** The sender as it is, with counters around its token vaults. */
export class TokenVault extends RealTokenVault {
  constructor(ctx: DurableObjectState, env: SenderEnv) {
    vaultIds.add(ctx.id.toString());
    super(withCountedStorage(ctx), env);
  }
}

countCalls(TokenVault, RealTokenVault);

export default class Sender extends RealSender {
  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== countsPath) return super.fetch(request);
    return Response.json(readCounts([...vaultIds]));
  }
}
