import type { Principal } from "#workers/api/principal";
import type { CorrelatedVariables } from "#workers/shared/correlation";

export type { KeyRole, Principal } from "#workers/api/principal";

export interface ApiBindings {
  Bindings: ApiEnv;
  Variables: CorrelatedVariables["Variables"] & { principal: Principal };
}
