import * as z from "zod";
import type { FeedService } from "#contracts/feed";
import { timedOut, within } from "#lib/within";
import { askLimiter } from "#workers/api/access/limit";
import { connectionService } from "#workers/api/connections/connections";
import { makeCoordinators } from "#workers/api/coordination/coordinators";
import { checkDatabase } from "#workers/shared/health";

export const serviceState = z.object({
  name: z.string(),
  is_ok: z.boolean(),
  /** What is wrong, or a fact; for people. */
  detail: z.string().nullable(),
  ms: z.int(),
});
export type ServiceState = z.infer<typeof serviceState>;

const timeMs = 4000;
/** No community has this number. */
const nobodysFeed = "0";

/** Asks every part that the API can reach. One that hangs or fails keeps nobody from hearing of the others. */
export function checkServices(env: ApiEnv): Promise<ServiceState[]> {
  return Promise.all([
    look("api", async () => null),
    look("database", async () => {
      const found = await checkDatabase(env);
      if (found !== "ok") throw new Error(found);
      return null;
    }),
    look("edge", async () => {
      // An object of the edge's answers: then the edge is there.
      const feed: FeedService = env.FEED.get(env.FEED.idFromName(nobodysFeed));
      await feed.note([], 0);
      return null;
    }),
    look("sender", async () => {
      const offers = await connectionService(env).offers();
      return offers.map(({ platform }) => platform).join(", ") || null;
    }),
    look("rate limiter", async () => {
      if (!(await askLimiter(env, "health", []))) throw new Error("no answer in time");
      return null;
    }),
    look("coordinators", async () => {
      const stats = await makeCoordinators(env.COORDINATOR).each(undefined, (one) => one.stats());
      const claimed = (stats ?? []).reduce((sum, { claimed: held }) => sum + held, 0);
      return String(claimed);
    }),
  ]);
}

async function look(name: string, ask: () => Promise<string | null>): Promise<ServiceState> {
  const startedAt = Date.now();
  const done = (isOk: boolean, detail: string | null) => ({
    name,
    is_ok: isOk,
    detail,
    ms: Date.now() - startedAt,
  });
  try {
    const answer = await within(ask(), timeMs);
    return answer === timedOut ? done(false, "no answer in 4 s") : done(true, answer);
  } catch (error) {
    // Only our own short sentences are shown; a message of elsewhere may hold an address.
    const isOurs = error instanceof Error && /^(unreachable|no answer in)/.test(error.message);
    return done(false, isOurs ? error.message : "unreachable");
  }
}
