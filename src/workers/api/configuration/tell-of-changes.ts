import type { Context } from "hono";
import * as z from "zod";
import type { WebhookTargetService } from "#contracts/outgoing-webhook";
import { within } from "#lib/within";
import type { ApiBindings } from "#workers/api/bindings";
import type { Applied } from "#workers/api/configuration/apply-changes";
import type { ObjectChange } from "#workers/api/configuration/change-statements";
import { bumpChannels } from "#workers/api/router/bump-channels";
import { askChannels } from "#workers/api/timers/ask-channels";

const tellWithinMs = 3000;
const timerState = z.object({ entity_id: z.string() });

/** Channels, their timers' clocks and the addresses of webhooks learn of it. Fails open: each looks again by itself. */
export async function tellOfChanges(
  c: Context<ApiBindings>,
  applied: Applied,
  changes: readonly ObjectChange[],
): Promise<void> {
  await bumpChannels(c.env, applied);
  const refreshed = applied.webhookIds.map((id) => {
    const target: Pick<WebhookTargetService, "refresh"> = c.env.WEBHOOK_TARGET.get(
      c.env.WEBHOOK_TARGET.idFromName(String(id)),
    );
    return target.refresh(id);
  });
  const clocks = changes
    .filter(({ kind }) => kind === "timer")
    .flatMap(({ before, after }) => [before, after])
    .flatMap((state) => timerState.safeParse(state).data?.entity_id ?? []);
  await within(Promise.allSettled([...refreshed, askChannels(c.env, clocks)]), tellWithinMs);
}
