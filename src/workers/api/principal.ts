/** The roles of a key (90-decisions C-06): what kind of caller it is for. */
export type KeyRole = "trigger" | "action" | "core" | "admin" | "user" | "super-admin";

/** Who is calling, as `withPrincipal` found out. */
export interface Principal {
  /** `service` is the deployment's own key, `key` one of the api_keys, `user` a signed-in person. */
  kind: "service" | "key" | "user";
  /** Stable and loggable: a key's id or a user's id, never a secret. */
  id: string;
  roles: readonly KeyRole[];
  scopes: readonly string[];
  /** Set when the caller may act in one community only. */
  communityId: number | null;
  /** A key's own limits, where it has some. */
  limits?: { perMinute: number | null; perHour: number | null };
}
