import { countsPath } from "#test/bench/counts";
import { countCalls, readCounts, withCountedStorage } from "#test/bench/object-counts.workerd";
import RealSender, {
  MetricsObject as RealMetricsObject,
  TokenVault as RealTokenVault,
} from "#workers/sender/index";

// Whatever else the Worker has; what is counted is written below and takes precedence.
export * from "#workers/sender/index";

const countedIds = new Set<string>();

/** The sender as it is, with counters around its token vaults and the figures of the house. */
export class TokenVault extends RealTokenVault {
  constructor(ctx: DurableObjectState, env: SenderEnv) {
    countedIds.add(ctx.id.toString());
    super(withCountedStorage(ctx), env);
  }
}

countCalls(TokenVault, RealTokenVault);

export class MetricsObject extends RealMetricsObject {
  constructor(ctx: DurableObjectState, env: SenderEnv) {
    countedIds.add(ctx.id.toString());
    super(withCountedStorage(ctx), env);
  }
}

countCalls(MetricsObject, RealMetricsObject);

export default class Sender extends RealSender {
  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== countsPath) return super.fetch(request);
    return Response.json(readCounts([...countedIds]));
  }
}
