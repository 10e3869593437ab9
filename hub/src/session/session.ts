import { queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";
import { ask } from "#hub/api/ask.ts";
import { keepCsrfToken } from "#hub/api/csrf.ts";
import { ProblemError } from "#hub/api/problem.ts";

export const roles = ["member", "streamer", "moderator", "admin", "owner"] as const;
/** What a page needs at least: a role in the community, or the right to run the whole house. */
export type Need = (typeof roles)[number] | "superAdmin";

const membership = z.object({ id: z.number(), slug: z.string(), name: z.string(), role: z.string() });
export type Membership = z.infer<typeof membership>;

const me = z.object({
  user: z.object({
    id: z.union([z.number(), z.string()]),
    displayName: z.string(),
    avatarUrl: z.nullable(z.string()),
    email: z.nullable(z.string()),
    isSuperAdmin: z.boolean(),
    mustChangePassword: z.boolean(),
  }),
  communities: z.array(membership),
  csrfToken: z.string(),
});
export type Session = z.infer<typeof me>;

const answer = z.object({ data: me });

export const sessionKey = ["session"] as const;

/** Who sits at this browser; null when nobody is signed in, or this house knows no sign-in. */
export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: async (): Promise<Session | null> => {
    const asked = await ask({ url: "/api/v1/auth/me", schema: answer });
    keepCsrfToken(asked.ok ? asked.value.data.csrfToken : undefined);
    if (asked.ok) return asked.value.data;
    if (asked.problem.kind === "signedOut" || asked.problem.kind === "absent") return null;
    throw new ProblemError(asked.problem);
  },
  staleTime: 60_000,
});

/** Whether a role opens what `need` asks for. The server decides the same again; this only hides closed doors. */
export function isEnough(role: string | undefined, need: Need, isSuperAdmin: boolean): boolean {
  if (isSuperAdmin) return true;
  if (need === "superAdmin" || role === undefined) return false;
  const ranks: readonly string[] = roles;
  return ranks.indexOf(role) >= ranks.indexOf(need);
}
