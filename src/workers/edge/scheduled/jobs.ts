import { deletionsJob } from "#workers/edge/scheduled/deletions";
import type { ScheduledJob } from "#workers/edge/scheduled/job";
import { labelsJob } from "#workers/edge/scheduled/labels";
import { linkCodesJob } from "#workers/edge/scheduled/link-codes";
import { oldRowsJob } from "#workers/edge/scheduled/old-rows";
import { reauthNoticesJob } from "#workers/edge/scheduled/reauth-notices";
import { receiversJob } from "#workers/edge/scheduled/receivers-job";
import { reputationJob } from "#workers/edge/scheduled/reputation";
import { statusJob } from "#workers/edge/scheduled/status-job";
import { syncCommandsJob } from "#workers/edge/scheduled/sync-commands";
import {
  twitchNewSubscriptionsJob,
  twitchSubscriptionsJob,
} from "#workers/edge/scheduled/twitch-subscriptions";
import { websubLeasesJob } from "#workers/edge/scheduled/websub-leases";

/** Everything the edge does by the clock. A new job is a file here and a line in this list. */
export const jobs: readonly ScheduledJob<EdgeEnv>[] = [
  statusJob,
  receiversJob,
  oldRowsJob,
  reauthNoticesJob,
  labelsJob,
  linkCodesJob,
  deletionsJob,
  reputationJob,
  syncCommandsJob,
  websubLeasesJob,
  twitchSubscriptionsJob,
  twitchNewSubscriptionsJob,
];
