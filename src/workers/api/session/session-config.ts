import * as z from "zod";

const shortestSecret = 32;
const list = z
  .string()
  .default("")
  .transform((text) => text.split(",").flatMap((word) => word.trim() || []));

const schema = z.object({
  SESSION_SECRET: z.string().default(""),
  PUBLIC_URL: z.string().default(""),
  SIGN_UP: z.enum(["open", "closed"]).catch("closed").default("open"),
  SIGN_UP_DOMAINS: list,
  SUPER_ADMINS: list,
});

export interface SessionConfig {
  /** Undefined where it is missing or short: then nobody signs in. */
  secret: string | undefined;
  /** Where browsers find us; undefined where it is not set. */
  origin: string | undefined;
  isSignUpOpen: boolean;
  /** Only addresses of these may sign up; empty: any. */
  signUpDomains: readonly string[];
  /** Accounts, as user keys, whose owners run the house. */
  superAdmins: readonly string[];
}

/** What the environment says about signing in. */
export function sessionConfig(env: unknown): SessionConfig {
  const found = schema.parse(env);
  const url = URL.parse(found.PUBLIC_URL);
  return {
    secret: found.SESSION_SECRET.length >= shortestSecret ? found.SESSION_SECRET : undefined,
    origin: url && url.origin === found.PUBLIC_URL ? url.origin : undefined,
    isSignUpOpen: found.SIGN_UP === "open",
    signUpDomains: found.SIGN_UP_DOMAINS.map((domain) => domain.toLowerCase()),
    superAdmins: found.SUPER_ADMINS,
  };
}
