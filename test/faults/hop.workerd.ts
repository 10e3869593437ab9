import type { IngressDeps } from "#workers/edge/ingress";

/** The way to the channel object, and the way back: a kill can hit before the store, or between store and answer. */
const thereMs = 50;
const backMs = 20;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The same dependencies, further away. */
export function withHop(deps: IngressDeps): IngressDeps {
  const far = async <T>(call: () => Promise<T>): Promise<T> => {
    await pause(thereMs);
    const answer = await call();
    await pause(backMs);
    return answer;
  };
  return {
    ...deps,
    accept: (entityId, events) => far(() => deps.accept(entityId, events)),
    process: (entityId, event, waitMs) => far(() => deps.process(entityId, event, waitMs)),
  };
}
