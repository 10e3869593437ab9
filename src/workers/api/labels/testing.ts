import { sql } from "drizzle-orm";
import type { LabelAssignment, LabelCategory } from "#contracts/label";
import { labelInput } from "#contracts/label";
import type { Outcome } from "#contracts/outcome";
import { succeed } from "#contracts/outcome";
import type { ActionRequest, ActionResult } from "#contracts/platform-action";
import type { Database } from "#db/client";
import { createLabel } from "#workers/api/labels/label-store";

export const by = { actor: "tester", ipHash: null, userAgent: null, requestId: "r1" };

export async function seedCommunities(db: Database): Promise<void> {
  await db.execute(
    sql`INSERT INTO communities (id, slug, name) VALUES (50, 'here', 'Here'), (51, 'there', 'There')`,
  );
  await db.execute(sql`
    INSERT INTO servers (entity_id, community_id, platform, server_id)
    VALUES ('discord:900', 50, 'discord', '900'), ('twitch:77', 50, 'twitch', '77'), ('slack:T1:C1', 50, 'slack', 'T1'), ('discord:901', 51, 'discord', '901')`);
}

/** The id of a new label. */
export async function aLabel(
  db: Database,
  name: string,
  { category = "user", communityId = 50 }: { category?: LabelCategory; communityId?: number } = {},
): Promise<number> {
  const made = await createLabel(db, labelInput.parse({ name, category }), { communityId, by });
  if (typeof made === "string") throw new Error(`${name}: ${made}`);
  return made.id;
}

export function on(
  entity_id: string,
  label_id: number,
  facts: Partial<LabelAssignment> = {},
): LabelAssignment {
  return { entity_type: "user", entity_id, label_id, expires_at: null, metadata: {}, ...facts };
}

/** A sender that writes down what it was asked, and answers what it is told to. */
export function aSender(answers: Outcome<ActionResult>[] = []) {
  const asked: ActionRequest[] = [];
  return {
    asked,
    async act(request: ActionRequest): Promise<Outcome<ActionResult>> {
      asked.push(request);
      return answers.shift() ?? succeed({});
    },
  };
}
