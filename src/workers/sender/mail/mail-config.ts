import * as z from "zod";

const port = z.coerce.number().int().min(1).max(65_535);
/** `Name <address>` or the address alone. */
const sender = /^(?:([^<>\p{Cc}"]{1,100}?)\s*<([^<>\s@]+@[^<>\s@]+)>|([^<>\s@]+@[^<>\s@]+))$/u;

const schema = z.object({
  SMTP_HOST: z.string().default(""),
  SMTP_PORT: z.string().default(""),
  SMTP_SECURITY: z.string().default(""),
  SMTP_USERNAME: z.string().default(""),
  SMTP_PASSWORD: z.string().default(""),
  SMTP_FROM: z.string().default(""),
});

export interface MailConfig {
  host: string;
  port: number;
  /** `starttls`: refused where the server cannot. `tls`: from the first byte. `none`: only without a password, or on this machine. */
  security: "starttls" | "tls" | "none";
  login: { user: string; pass: string } | undefined;
  from: { name: string; address: string };
}

export type MailConfigAnswer = { ok: true; value: MailConfig } | { ok: false; message: string };

/** What the environment says about the mail server; the message names the variable and never what stands in it. */
export function mailConfig(env: unknown): MailConfigAnswer {
  const given = schema.parse(env);
  const { SMTP_HOST: host, SMTP_USERNAME: user, SMTP_PASSWORD: pass } = given;
  const no = (message: string): MailConfigAnswer => ({ ok: false, message });
  if (host === "") return no("SMTP_HOST is missing");
  const [, name, named, bare] = sender.exec(given.SMTP_FROM) ?? [];
  const address = named ?? bare;
  if (address === undefined)
    return no('SMTP_FROM is missing, or is not in the form "Name <bot@example.org>"');
  const security = z.enum(["starttls", "tls", "none"]).safeParse(given.SMTP_SECURITY || "starttls");
  if (!security.success) return no("SMTP_SECURITY is none of starttls, tls, none");
  const chosen = port.safeParse(given.SMTP_PORT || (security.data === "tls" ? "465" : "587"));
  if (!chosen.success) return no("SMTP_PORT is no port");
  if ((user === "") !== (pass === "")) return no("SMTP_USERNAME and SMTP_PASSWORD belong together");
  if (security.data === "none" && pass !== "" && !isThisMachine(host))
    return no("SMTP_SECURITY none would send SMTP_PASSWORD in the clear");
  return {
    ok: true,
    value: {
      host,
      port: chosen.data,
      security: security.data,
      login: pass === "" ? undefined : { user, pass },
      from: { name: name?.trim() || "WaddleBot", address },
    },
  };
}

function isThisMachine(host: string): boolean {
  return ["localhost", "127.0.0.1", "::1"].includes(host);
}
