import * as z from "zod";

export interface SlackSocketConfig {
  /** App-level, `xapp-…`, with the right `connections:write`. */
  appToken: string;
  /** Without a slash at the end. */
  apiBase: string;
  /** How many sockets are held; Slack spreads its envelopes over them. */
  sockets: number;
}

const settings = z.object({
  SLACK_SOCKET_MODE: z.enum(["true", "false"], "must be true or false").default("false"),
  SLACK_APP_TOKEN: z
    .string()
    .regex(/^xapp-\S+$/, "must be an app-level token, xapp-…")
    .optional(),
  SLACK_API_BASE: z
    .url({ protocol: /^https?$/, error: "must be an http or https address" })
    .default("https://slack.com/api")
    .transform((url) => url.replace(/\/$/, "")),
  // Ten are allowed for an app, and each may have its successor beside it for a while.
  SLACK_SOCKETS: z.coerce.number().pipe(z.int().min(1).max(5)).default(2),
});

/** Reads the environment; undefined when socket mode is not switched on. The error names the variable, never its value. */
export function readSlackConfig(
  env: Readonly<Record<string, string | undefined>>,
): SlackSocketConfig | undefined {
  const filled = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const result = settings.safeParse(filled);
  if (!result.success) {
    throw new Error(
      result.error.issues.map(({ path, message }) => `${String(path[0])} ${message}`).join("\n"),
    );
  }
  const { SLACK_SOCKET_MODE: isOn, SLACK_APP_TOKEN, SLACK_API_BASE, SLACK_SOCKETS } = result.data;
  if (isOn === "false") return undefined;
  if (!SLACK_APP_TOKEN) throw new Error("SLACK_APP_TOKEN is not set");
  return { appToken: SLACK_APP_TOKEN, apiBase: SLACK_API_BASE, sockets: SLACK_SOCKETS };
}
