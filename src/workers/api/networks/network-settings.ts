import { ircNetwork } from "#contracts/gateway";
import { checkUrl } from "#lib/safe-url";
import type { NetworkChange, NetworkRow } from "#workers/api/networks/network-fields";
import type { NetworkSettings } from "#workers/api/networks/network-store";

export interface Problem {
  field: string;
  message: string;
}

/** The network as it is to be, with new passwords as typed; old ones are known to be there or not, and no more. */
export interface Wanted {
  settings: NetworkSettings;
  /** Undefined keeps the old one, null removes it. */
  password: string | null | undefined;
  saslPassword: string | null | undefined;
}

const usual = {
  port: 6697,
  tls: true,
  ca: null,
  nick: "",
  flavour: "irc",
  poll_seconds: null,
  burst_lines: 5,
  lines_per_second: 0.5,
  is_active: true,
} as const;

/** Puts a change upon what there is. Every problem is named with its field. */
export function settle(
  host: string,
  change: NetworkChange,
  old: NetworkRow | undefined,
  isTrusted: boolean,
): Wanted | Problem[] {
  const before: Omit<NetworkSettings, "sasl_account" | "is_trusted"> = old ?? usual;
  const given = <T>(value: T | undefined, otherwise: T): T => (value === undefined ? otherwise : value);
  const saslAccount =
    change.sasl === undefined ? (old?.sasl_account ?? null) : (change.sasl?.account ?? null);
  const settings: NetworkSettings = {
    port: given(change.port, before.port),
    tls: given(change.tls, before.tls),
    ca: given(change.ca, before.ca),
    nick: given(change.nick, before.nick),
    flavour: given(change.flavour, before.flavour),
    poll_seconds: given(change.poll_seconds, before.poll_seconds),
    burst_lines: given(change.burst_lines, before.burst_lines),
    lines_per_second: given(change.lines_per_second, before.lines_per_second),
    sasl_account: saslAccount,
    is_active: given(change.enabled, before.is_active),
    is_trusted: isTrusted,
  };
  const saslPassword = change.sasl === null ? null : change.sasl?.password;
  const wanted = { settings, password: change.password, saslPassword };
  const problems = [
    ...placeProblems(host, settings),
    ...secretProblems(wanted, old),
    ...shapeProblems(host, wanted, old),
  ];
  return problems.length > 0 ? problems : wanted;
}

/** What a community names is on the public internet, and no service of another kind. */
function placeProblems(host: string, { port, is_trusted: isTrusted }: NetworkSettings): Problem[] {
  if (isTrusted) return [];
  const verdict = checkUrl(`https://${host}`);
  const isIrcPort = port >= 1024 || port === 194 || port === 994;
  return [
    ...(verdict.ok ? [] : [{ field: "host", message: `is ${verdict.reason}` }]),
    ...(isIrcPort ? [] : [{ field: "port", message: "must be 194, 994, or 1024 and above" }]),
  ];
}

/** Whoever may write a password may still not read it: sent elsewhere, it has to be typed again. */
function secretProblems(
  { settings, password, saslPassword }: Wanted,
  old: NetworkRow | undefined,
): Problem[] {
  const keepsPassword = password === undefined && Boolean(old?.password_enc);
  const keepsSasl =
    saslPassword === undefined && Boolean(old?.sasl_password_enc) && settings.sasl_account !== null;
  const isElsewhere =
    old !== undefined && (settings.port !== old.port || settings.tls !== old.tls || settings.ca !== old.ca);
  const again = "must be typed again when port, tls or ca change";
  return [
    ...(isElsewhere && keepsPassword ? [{ field: "password", message: again }] : []),
    ...(isElsewhere && keepsSasl ? [{ field: "sasl.password", message: again }] : []),
    ...(settings.sasl_account !== null && saslPassword === undefined && !keepsSasl
      ? [{ field: "sasl.password", message: "is needed" }]
      : []),
  ];
}

/** The same rules as a gateway's own, with a stand-in for passwords that are only known to be there. */
function shapeProblems(
  host: string,
  { settings, password, saslPassword }: Wanted,
  old: NetworkRow | undefined,
) {
  const kept = "kept";
  const checked = ircNetwork.safeParse({
    host,
    port: settings.port,
    tls: settings.tls,
    ...(settings.ca !== null && { ca: settings.ca }),
    nick: settings.nick,
    flavour: settings.flavour,
    ...(settings.poll_seconds !== null && { pollSeconds: settings.poll_seconds }),
    burstLines: settings.burst_lines,
    linesPerSecond: settings.lines_per_second,
    ...((password ?? (password === undefined && old?.password_enc)) && { password: password ?? kept }),
    ...(settings.sasl_account !== null && {
      sasl: { account: settings.sasl_account, password: saslPassword ?? kept },
    }),
  });
  if (checked.success) return [];
  return checked.error.issues.map(({ path, message }) => ({ field: path.join(".") || "tls", message }));
}
