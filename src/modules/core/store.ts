import { and, eq } from "drizzle-orm";
import type { Database } from "#db/client";
import { communityActivity } from "#db/schema/core";

export interface Activity {
  messages: bigint;
  points: bigint;
}

export interface ActivityStore {
  /** Undefined for somebody never seen, or not yet flushed by the channel. */
  read(communityId: number, userKey: string): Promise<Activity | undefined>;
}

/** Reads the core table; only channels write it. */
export function makeActivityStore(db: Database): ActivityStore {
  return {
    async read(communityId, userKey) {
      const { messages, points } = communityActivity;
      const own = and(eq(communityActivity.communityId, communityId), eq(communityActivity.userKey, userKey));
      const [row] = await db.select({ messages, points }).from(communityActivity).where(own);
      return row;
    },
  };
}
