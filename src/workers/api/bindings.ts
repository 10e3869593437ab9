import type { Principal } from "#workers/api/principal";
import type { LiveSession } from "#workers/api/session/session";
import type { CorrelatedVariables } from "#workers/shared/correlation";

export type { KeyRole, Principal } from "#workers/api/principal";

export interface ApiBindings {
  Bindings: ApiEnv;
  Variables: CorrelatedVariables["Variables"] & {
    principal: Principal;
    /** Set when the caller is a browser that is signed in. */
    session?: LiveSession;
  };
}
