import * as z from "zod";
import type { IrcNetworkConfig } from "#contracts/gateway";
import { ircNetwork } from "#contracts/gateway";
import type { DiscordConfig } from "#gateway/discord/config";
import { readDiscordConfig } from "#gateway/discord/config";
import type { SlackSocketConfig } from "#gateway/slack/config";
import { readSlackConfig } from "#gateway/slack/config";
import type { TraceConfig } from "#lib/trace-export";

const ircNetworks = z
  .array(ircNetwork)
  .refine((all) => new Set(all.map(({ host }) => host)).size === all.length, "names a host twice");

const environment = z.object({
  GATEWAY_ID: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, _ or -"),
  /** Shared with the edge, which takes several with commas between. */
  GATEWAY_KEY: z.string().regex(/^[^,]{16,}$/, "must have at least 16 characters and no comma"),
  EDGE_URL: z.url({ protocol: /^(?:ws|http)s?$/, error: "must be a ws, wss, http or https address" }),
  IRC_NETWORKS: z.string().default("[]").transform(parseJson).pipe(ircNetworks),
  SPOOL_PATH: z.string().min(1),
  SPOOL_FRAMES: z.coerce.number().pipe(z.int().min(100).max(10_000_000)).default(100_000),
  GATEWAY_PORT: z.coerce.number().pipe(z.int().min(0).max(65_535)).default(8795),
  GATEWAY_HOST: z.string().min(1).default("127.0.0.1"),
  EGRESS_HOSTS: z
    .string()
    .default("discord.com")
    .transform((text) => text.split(",").map((host) => host.trim().toLowerCase()))
    .pipe(z.array(z.string().regex(/^[a-z0-9.[\]:-]{1,255}$/, "must be host names with commas between"))),
  GATEWAY_LOG_FILE: z.string().min(1).max(4096).optional(),
  TRACE_EXPORTER: z.enum(["none", "console", "otlp", "zipkin"]).default("none"),
  TRACE_ENDPOINT: z.union([z.literal(""), z.url({ protocol: /^https?$/ })]).default(""),
  TRACE_SAMPLE: z.coerce.number().pipe(z.number().min(0).max(1)).default(1),
  EGRESS_ADDRESS: z.union([z.ipv4(), z.ipv6()], { error: "must be an address of this machine" }).optional(),
});

export interface GatewayConfig {
  gatewayId: string;
  gatewayKey: string;
  edgeUrl: string;
  networks: IrcNetworkConfig[];
  /** Absent: Discord is not switched on. */
  discord?: DiscordConfig;
  /** Absent: Slack's socket mode is not switched on. */
  slack?: SlackSocketConfig;
  spoolPath: string;
  /** Whom it calls for the edge, and from which of its addresses. */
  egress: { hosts: ReadonlySet<string>; localAddress: string | undefined };
  /** Above this the oldest frames are dropped, and counted. */
  spoolFrames: number;
  /** Where /health, /healthz and /metrics listen; 0 takes a free port. */
  port: number;
  host: string;
  /** Where its lines are kept beside standard output; absent: nowhere. */
  logFile?: string;
  /** Where its spans go; absent: nowhere. */
  trace?: TraceConfig;
}

/** Reads the environment; the error names every failing variable, never its value. */
export function readGatewayConfig(env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const result = environment.safeParse(env);
  if (!result.success) throw new Error(result.error.issues.map(describeIssue).join("\n"));
  const read = result.data;
  const discord = readDiscordConfig(env);
  const slack = readSlackConfig(env);
  return {
    gatewayId: read.GATEWAY_ID,
    gatewayKey: read.GATEWAY_KEY,
    edgeUrl: read.EDGE_URL,
    egress: { hosts: new Set(read.EGRESS_HOSTS), localAddress: read.EGRESS_ADDRESS },
    networks: read.IRC_NETWORKS,
    ...(discord && { discord }),
    ...(slack && { slack }),
    spoolPath: read.SPOOL_PATH,
    spoolFrames: read.SPOOL_FRAMES,
    port: read.GATEWAY_PORT,
    host: read.GATEWAY_HOST,
    ...(read.GATEWAY_LOG_FILE && { logFile: read.GATEWAY_LOG_FILE }),
    ...(read.TRACE_EXPORTER !== "none" && { trace: traceOf(read) }),
  };
}

function traceOf({
  TRACE_EXPORTER: exporter,
  TRACE_ENDPOINT: endpoint,
  TRACE_SAMPLE: sample,
}: z.infer<typeof environment>): TraceConfig {
  if (endpoint === "" && exporter !== "console") throw new Error("TRACE_ENDPOINT is not set");
  return { exporter, endpoint, sample };
}

function describeIssue({ path: [variable, ...rest], message, code }: z.core.$ZodIssue): string {
  const isMissing = code === "invalid_type" && rest.length === 0;
  const where = rest.length > 0 ? ` (${rest.join(".")})` : "";
  return `${String(variable)}${where} ${isMissing ? "is not set" : message}`;
}

function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON's own message would quote the text, and a password may be in it.
    context.addIssue("must be JSON: a list of networks");
    return z.NEVER;
  }
}
