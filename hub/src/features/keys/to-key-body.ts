interface Values {
  name: string;
  roles: readonly ("trigger" | "action" | "user" | "admin")[];
  scopes: string;
  /** As the browser's own field writes it, in local time. */
  expires_at: string;
  limit_per_minute: number | string;
}

/** What the API is asked, of what the form holds: a field that is empty is left out. */
export function toKeyBody({ name, roles, scopes, expires_at, limit_per_minute }: Values) {
  return {
    name: name.trim(),
    roles: [...roles],
    scopes: scopes.split(/\s+/).filter((scope) => scope !== ""),
    ...(expires_at === "" ? {} : { expires_at: new Date(expires_at).toISOString() }),
    ...(typeof limit_per_minute === "number" ? { limit_per_minute } : {}),
  };
}
