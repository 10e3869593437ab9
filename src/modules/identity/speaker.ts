import { makeUserKey } from "#contracts/ids";
import type { Invocation } from "#contracts/module";
import type { AuditActor } from "#db/audit";
import type { PeopleStore } from "#modules/identity/store";

export interface IdentityDeps {
  people: PeopleStore;
}

/** What a person hears who is nobody's yet: the first account is proven by signing in with it (80-details §2.5). */
export const notSignedIn =
  "I do not know you yet. Sign in to the hub with this account first; from then on you can link others.";

/** Chat has no address; the account that wrote is who did it. */
export function actorOf({ event, id }: Invocation): AuditActor {
  const actor = makeUserKey(event.platform, event.user.id);
  return { actor, ipHash: null, userAgent: null, requestId: id.slice(0, 64) };
}
