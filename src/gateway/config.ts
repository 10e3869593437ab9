import * as z from "zod";
import { isIrcTarget } from "#lib/irc-line";

const isLoopback = (host: string) => ["localhost", "127.0.0.1", "::1"].includes(host);

const ircNetwork = z
  .object({
    /** Also the name of the connection: entity ids and assignments carry it. */
    host: z
      .string()
      .regex(/^[A-Za-z0-9.:-]{1,200}$/, "must be a host name or address")
      .toLowerCase(),
    port: z.int().min(1).max(65_535),
    tls: z.boolean().default(false),
    nick: z.string().max(30).refine(isIrcTarget, "must be a nick"),
    sasl: z.object({ account: z.string().min(1), password: z.string().min(1) }).optional(),
    /** RFC 1459 §8.10 lets a client run five lines ahead and then one in two seconds; faster is "Excess Flood". */
    burstLines: z.int().min(1).max(1000).default(5),
    linesPerSecond: z.number().positive().max(1000).default(0.5),
  })
  .refine(({ sasl, tls, host }) => !sasl || tls || isLoopback(host), "a SASL password needs tls");
export type IrcNetworkConfig = z.infer<typeof ircNetwork>;

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
  GATEWAY_PORT: z.coerce.number().pipe(z.int().min(0).max(65_535)).default(8795),
  GATEWAY_HOST: z.string().min(1).default("127.0.0.1"),
});

export interface GatewayConfig {
  gatewayId: string;
  gatewayKey: string;
  edgeUrl: string;
  networks: IrcNetworkConfig[];
  spoolPath: string;
  /** Where /health, /healthz and /metrics listen; 0 takes a free port. */
  port: number;
  host: string;
}

/** Reads the environment; the error names every failing variable, never its value. */
export function readGatewayConfig(env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const result = environment.safeParse(env);
  if (!result.success) throw new Error(result.error.issues.map(describeIssue).join("\n"));
  const read = result.data;
  return {
    gatewayId: read.GATEWAY_ID,
    gatewayKey: read.GATEWAY_KEY,
    edgeUrl: read.EDGE_URL,
    networks: read.IRC_NETWORKS,
    spoolPath: read.SPOOL_PATH,
    port: read.GATEWAY_PORT,
    host: read.GATEWAY_HOST,
  };
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
