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

export { CoordinatorObject, OverlayObject } from "#workers/edge/index";

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

export default {
  async fetch(request: Request, env: EdgeEnv, ctx: ExecutionContext): Promise<Response> {
    if (new URL(request.url).pathname !== countsPath) return edge.fetch(request, env, ctx);
    const wanted = countedObjects.parse(await request.json());
    const ids = wanted.map(({ binding, name }) => env[binding].idFromName(name).toString());
    return Response.json(readCounts(ids));
  },
};
