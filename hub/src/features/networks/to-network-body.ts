/** What the form holds. Passwords are what was typed now; the API never gives one out. */
export type NetworkValues = {
  host: string;
  port: number | string;
  tls: boolean;
  nick: string;
  flavour: string;
  poll_seconds: number | string;
  password: string;
  dropPassword: boolean;
  sasl: { account: string; password: string };
  enabled: boolean;
};

/** What the API is asked. An empty password keeps the one there is; an empty account logs in nowhere. */
export function toNetworkBody(values: NetworkValues) {
  const { port, tls, nick, flavour, poll_seconds, password, dropPassword, sasl, enabled } = values;
  const account = sasl.account.trim();
  const typed = password === "" ? {} : { password };
  return {
    port: Number(port),
    tls,
    nick: nick.trim(),
    flavour: flavour === "twitch" ? ("twitch" as const) : ("irc" as const),
    poll_seconds: poll_seconds === "" ? null : Number(poll_seconds),
    enabled,
    ...(dropPassword ? { password: null } : typed),
    sasl: account === "" ? null : { account, ...(sasl.password === "" ? {} : { password: sasl.password }) },
  };
}
