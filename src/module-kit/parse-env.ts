import * as z from "zod";

/** A variable is missing or wrong. The message names it and never repeats its value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const moduleEnv = z.object({
  DATABASE_URL: z.string().min(1),
  DATABASE_HTTP_ENDPOINT: z.string().optional(),
});
export type ModuleEnv = z.infer<typeof moduleEnv>;

/** Reads a module Worker's variables. Fails closed: without them no handler runs. */
export function parseEnv(env: unknown): ModuleEnv {
  const parsed = moduleEnv.safeParse(env);
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? "the environment")))];
  throw new ConfigError(
    `${names.join(" and ")} is not set: give this Worker the variable or secret of that name`,
  );
}
