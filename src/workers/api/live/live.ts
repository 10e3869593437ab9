import { eq } from "drizzle-orm";
import { type Database, openDatabase } from "#db/client";
import { hubUsers } from "#db/schema/identity";
import { enter, turnAway } from "#workers/api/communities/place";
import { chat, feed } from "#workers/api/live/live-routes";
import { handOver, whyNoSocket } from "#workers/api/live/socket";
import { makeRoutes } from "#workers/api/make-routes";
import { failure } from "#workers/shared/envelope";

/** The sockets of a community: its live activity, and its members' chat (HUB-8). */
export function liveRoutes() {
  const routes = makeRoutes();

  routes.openapi(feed, async (c) => {
    const refused = whyNoSocket(c);
    if (refused) return refused;
    const { community_id: id } = c.req.valid("param");
    const entered = await enter(c, id, "commands.moderate");
    if (typeof entered === "string") return turnAway(c, entered);
    const object = c.env.FEED.get(c.env.FEED.idFromName(String(id)));
    return handOver(object, { communityId: String(id), community: entered.community.name });
  });

  routes.openapi(chat, async (c) => {
    const refused = whyNoSocket(c);
    if (refused) return refused;
    const { community_id: id } = c.req.valid("param");
    const entered = await enter(c, id, "belong");
    if (typeof entered === "string") return turnAway(c, entered);
    const { kind, id: userId } = c.get("principal");
    const name = kind === "user" ? await findName(openDatabase(c.env), userId) : undefined;
    if (name === undefined) return failure(c, 403, "Only people chat here.");
    const object = c.env.MEMBER_CHAT.get(c.env.MEMBER_CHAT.idFromName(String(id)));
    return handOver(object, { communityId: String(id), community: entered.community.name, userId, name });
  });
  return routes;
}

async function findName(db: Database, userId: string): Promise<string | undefined> {
  if (!/^\d{1,9}$/.test(userId)) return undefined;
  const [row] = await db
    .select({ name: hubUsers.displayName })
    .from(hubUsers)
    .where(eq(hubUsers.id, Number(userId)));
  return row?.name;
}
