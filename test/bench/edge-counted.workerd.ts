import { countedObjects, countsPath } from "#test/bench/counts";
import {
  countCalls,
  countStatements,
  readCounts,
  withCountedServices,
  withCountedStorage,
} from "#test/bench/object-counts.workerd";
import edge, {
  ChannelObject as RealChannelObject,
  GatewayLink as RealGatewayLink,
} from "#workers/edge/index";

// Whatever else the Worker has; what is counted is written below and takes precedence.
export * from "#workers/edge/index";

/** The edge as it is, with counters around its objects. */
export class ChannelObject extends RealChannelObject {
  constructor(ctx: DurableObjectState, env: EdgeEnv) {
    super(withCountedStorage(ctx), withCountedServices(ctx, env));
  }
}

export class GatewayLink extends RealGatewayLink {
  constructor(ctx: DurableObjectState, env: EdgeEnv) {
    super(withCountedStorage(ctx), env);
  }
}

countCalls(ChannelObject, RealChannelObject);
countCalls(GatewayLink, RealGatewayLink);
countStatements();

const requests: Record<string, number> = {};

export default {
  async fetch(request: Request, env: EdgeEnv, ctx: ExecutionContext): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname !== countsPath) {
      requests[pathname] = (requests[pathname] ?? 0) + 1;
      return edge.fetch(request, env, ctx);
    }
    const wanted = countedObjects.parse(await request.json());
    const ids = wanted.map(({ binding, name }) => env[binding].idFromName(name).toString());
    return Response.json({ ...readCounts(ids), requests });
  },
};
