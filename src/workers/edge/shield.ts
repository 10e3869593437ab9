import type { MiddlewareHandler } from "hono";
import type { Log } from "#lib/log";
import type { EdgeBindings } from "#workers/edge/app";
import type { IngressDeps } from "#workers/edge/ingress";
import { clientAddress } from "#workers/shared/client-address";
import { passesShield, type Shield, tooMany } from "#workers/shared/shield";

/** Refuses a flood of one address before its body is read, so before any signature is checked. */
export function withAddressShield(log: Log): MiddlewareHandler<EdgeBindings> {
  return async function withAddressShieldOf(c, next) {
    const address = clientAddress(c.req.raw.headers);
    if (await passesShield(c.env.SHIELD_ADDRESS, address, log)) return next();
    return tooMany();
  };
}

/** Thrown in place of an object being asked; the platform sends the event again later. */
export class TenantTooBusy extends Error {}

export interface ShieldedIngress {
  deps: IngressDeps;
  /** Whether a channel had too much in this request. What its other channels took stays taken; a repeat of it is known. */
  wasRefused(): boolean;
}

/**
 * The same way in, with a limit per channel that is asked before the channel's object is. Verified events only,
 * so nobody can use up another's share.
 */
export function withTenantShield(deps: IngressDeps, shield: Shield | undefined): ShieldedIngress {
  let isRefused = false;
  const pass = async (entityId: string) => {
    if (await passesShield(shield, entityId, deps.log)) return;
    isRefused = true;
    throw new TenantTooBusy("too many requests for this channel");
  };
  return {
    deps: {
      ...deps,
      accept: async (entityId, events) => {
        await pass(entityId);
        return deps.accept(entityId, events);
      },
      process: async (entityId, event, waitMs) => {
        await pass(entityId);
        return deps.process(entityId, event, waitMs);
      },
    },
    wasRefused: () => isRefused,
  };
}
