import * as z from "zod";
import type { OutboundGate, SendPriority } from "#contracts/outbound-gate";
import { type Outcome, refuse } from "#contracts/outcome";
import type { PlatformConfig } from "#contracts/platform";

/** Something to do on a platform beyond talking: ban, title, poll, reaction (30-action-modules §1.17). */
export const actionRequest = z.object({
  /** Equal on every attempt. */
  id: z.string().min(1).max(700),
  communityId: z.int().positive(),
  /** The channel it is done in. */
  entityId: z.string().min(3).max(1024),
  action: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "1 to 64 of a-z, 0-9 and _"),
  params: z.record(z.string().max(64), z.unknown()).default({}),
  correlationId: z.string().max(64),
});
export type ActionRequest = z.infer<typeof actionRequest>;

/** What the platform said came of it; flat facts such as the id of a clip. */
export type ActionResult = Record<string, string | number | boolean | null>;

export interface ActionContext {
  fetch: typeof fetch;
  config: PlatformConfig;
  /** Of the account the action acts as. */
  token: string;
  /** That account's id on the platform; empty for an app token. */
  account: string;
  /** Where: the parts of the entity id. */
  server: string;
  channel: string | undefined;
  /** The request's id: the idempotency key where the platform takes one. */
  id: string;
  now: number;
  gate: OutboundGate;
}

/** One action of a platform as the rest of the house sees it. */
export interface PlatformAction {
  name: string;
  description: string;
  /** Whose right it needs: the bot's, the channel owner's, or the application's own. */
  as: "bot" | "owner" | "app";
  priority: SendPriority;
  /** The params as a JSON schema would say it. */
  params: z.ZodObject;
  /** Parses the params (`bad_request` names the field) and does it. Codes as for `MessageSink.send`. */
  run(params: unknown, context: ActionContext): Promise<Outcome<ActionResult>>;
}

/** Binds params and code together, so that no action runs on params it did not parse. */
export function defineAction<P extends z.ZodObject>(definition: {
  name: string;
  description: string;
  as: PlatformAction["as"];
  priority?: SendPriority;
  params: P;
  run(params: z.infer<P>, context: ActionContext): Promise<Outcome<ActionResult>>;
}): PlatformAction {
  const { params, run, priority = "moderation", ...rest } = definition;
  return {
    ...rest,
    priority,
    params,
    async run(raw, context) {
      const parsed = params.safeParse(raw);
      if (parsed.success) return run(parsed.data, context);
      return refuse("bad_request", { message: z.prettifyError(parsed.error) });
    },
  };
}
