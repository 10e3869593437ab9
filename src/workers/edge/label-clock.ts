import { openCommunityDatabase } from "#db/client";
import { makeLabelClock } from "#durable-objects/label-clock/make-label-clock";
import { runDue } from "#workers/api/labels/run-due";

/** Labels and memberships of one community end by its alarm. */
export class LabelClock extends makeLabelClock<EdgeEnv>({
  run: (env, communityId, now) => runDue(openCommunityDatabase(env, communityId), env.SENDER, now),
}) {}
