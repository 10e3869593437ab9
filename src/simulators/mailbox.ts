import { Hono } from "hono";
import { html } from "hono/html";
import { SMTPServer } from "smtp-server";

/** A mail as it came in over SMTP. */
export interface CaughtMail {
  to: string;
  subject: string;
  /** Without its transfer encoding. */
  text: string;
  /** As it came over the wire. */
  raw: string;
  at: string;
}

export interface Mailbox {
  port: number;
  /** A page with what came, newest first; `/mails` gives it as JSON. */
  routes: Hono;
  mails(): CaughtMail[];
  close(): Promise<void>;
}

const mostKept = 200;
const largestMail = 1024 * 1024;

/** The mail server of a house without one: takes every mail, keeps the last ones in memory, and hands none on. */
export async function startMailbox(port = 0): Promise<Mailbox> {
  const kept: CaughtMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    size: largestMail,
    logger: false,
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join(", ");
        kept.unshift(readMail(to, Buffer.concat(parts).toString("utf8")));
        kept.length = Math.min(kept.length, mostKept);
        done();
      });
    },
  });
  // A client that hangs up in the middle is its own affair.
  server.on("error", () => undefined);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.server.once("error", reject);
  server.listen(port, "127.0.0.1", () => resolve());
  await promise;
  const address = server.server.address();
  const routes = new Hono().get("/", (c) => c.html(page(kept))).get("/mails", (c) => c.json(kept));
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    routes,
    mails: () => [...kept],
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

function readMail(to: string, raw: string): CaughtMail {
  const end = raw.indexOf("\r\n\r\n");
  const [head, body] = [raw.slice(0, end).replaceAll(/\r\n[ \t]/g, " "), raw.slice(end + 4)];
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "im").exec(head)?.[1]?.trim() ?? "";
  const text = field("content-transfer-encoding").toLowerCase() === "quoted-printable" ? unquote(body) : body;
  return {
    to,
    subject: decodeWords(field("subject")),
    text: text.replaceAll("\r\n", "\n"),
    raw,
    at: new Date().toISOString(),
  };
}

/** RFC 2045 §6.7. */
function unquote(text: string): string {
  const bytes = text
    .replaceAll(/=\r\n/g, "")
    .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** RFC 2047, as nodemailer writes it. */
function decodeWords(text: string): string {
  return text
    .replaceAll(/\?=\s+=\?/g, "?==?")
    .replaceAll(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === "b"
        ? Buffer.from(word, "base64").toString("utf8")
        : unquote(word.replaceAll("_", " ")),
    );
}

function page(kept: readonly CaughtMail[]) {
  const mails = kept.map(
    ({ to, subject, text, at }) =>
      html`<article><h2>${subject}</h2><p>${to} · ${at}</p><pre>${text}</pre></article>`,
  );
  return html`<!doctype html><html lang="en"><meta charset="utf-8"><title>Mailbox</title>
    <style>body{font:16px system-ui;max-width:48rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap;overflow-wrap:anywhere}</style>
    <h1>Mailbox</h1><p>What this house would have sent. Nothing here leaves this machine, and it is forgotten when the house stops.</p>
    ${mails.length === 0 ? html`<p>No mail yet.</p>` : mails}</html>`;
}
