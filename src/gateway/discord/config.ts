import * as z from "zod";

/** Which of the bot's shards this process holds; absent ids mean all of them. */
export interface ShardChoice {
  /** How many the bot has in all; absent: as many as Discord recommends. */
  count?: number;
  ids?: readonly number[];
}

export interface DiscordConfig {
  token: string;
  /** With its version and without a slash at the end. */
  apiBase: string;
  shards: ShardChoice;
}

const shards = z
  .string()
  .regex(
    /^(?:auto|(?:\d{1,5}(?:-\d{1,5})?\/)?[1-9]\d{0,4})$/,
    "must be auto, a number, or a range as in 0-3/8",
  )
  .transform(readShards)
  .refine(({ ids }) => ids === undefined || ids.length > 0, "names no shard")
  .refine(({ count = 0, ids = [] }) => ids.every((id) => id < count), "names a shard above their number");

const settings = z.object({
  DISCORD_GATEWAY: z.enum(["0", "1"], "must be 0 or 1").default("0"),
  DISCORD_BOT_TOKEN: z.string().default(""),
  DISCORD_API_BASE: z
    .url({ protocol: /^https?$/, error: "must be an http or https address" })
    .default("https://discord.com/api/v10")
    .transform((url) => url.replace(/\/$/, "")),
  DISCORD_SHARDS: z.preprocess((value) => value || undefined, shards.default({})),
});

/** Reads the environment; undefined when Discord is not switched on. The error names the variable, never its value. */
export function readDiscordConfig(
  env: Readonly<Record<string, string | undefined>>,
): DiscordConfig | undefined {
  if ((env["DISCORD_GATEWAY"] ?? "0") === "0") return undefined;
  const filled = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const result = settings.safeParse(filled);
  if (!result.success) {
    throw new Error(
      result.error.issues.map(({ path, message }) => `${String(path[0])} ${message}`).join("\n"),
    );
  }
  const { DISCORD_BOT_TOKEN: token, DISCORD_API_BASE: apiBase, DISCORD_SHARDS: choice } = result.data;
  if (token === "") throw new Error("DISCORD_BOT_TOKEN is not set");
  return { token, apiBase, shards: choice };
}

/** `auto`, `8` (all of eight), `2/8` (one of eight) or `0-3/8` (the first four of eight). */
function readShards(text: string): ShardChoice {
  if (text === "auto") return {};
  const [, first, last = first, all] = /^(?:(\d+)(?:-(\d+))?\/)?(\d+)$/.exec(text) ?? [];
  const count = Number(all);
  if (first === undefined) return { count };
  const length = Math.max(0, Number(last) - Number(first) + 1);
  return { count, ids: Array.from({ length }, (_, index) => Number(first) + index) };
}
