import { connect, type Socket } from "node:net";
import { createTransport } from "nodemailer";
import * as z from "zod";
import type { OutgoingMail } from "#contracts/mail";
import type { MailAnswer } from "#durable-objects/mail-outbox/mail-answer";
import type { MailConfig } from "#workers/sender/mail/mail-config";

const connectMs = 10_000;
const answerMs = 20_000;
const wholeMs = 60_000;

/** What nodemailer says of a failure; its texts hold addresses and stay unread. */
const failure = z.object({
  code: z.string().optional().catch(undefined),
  responseCode: z.int().optional().catch(undefined),
  command: z.string().optional().catch(undefined),
});

/**
 * Hands one mail to the mail server. TLS where it is asked for is never given up, and a certificate is always checked. Its
 * Message-ID comes from its id, so that a mail handed over twice can be told.
 */
export async function handOver(
  { host, port, security, login, from }: MailConfig,
  { id, to, subject, text }: OutgoingMail,
): Promise<MailAnswer> {
  const transport = createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    tls: { servername: host },
    ...(login ? { auth: login } : {}),
    // Without it nodemailer asks for the host's address over HTTPS, which knows no names of one's own network.
    getSocket: (_: unknown, done: GotSocket) => openSocket(host, port, done),
    connectionTimeout: connectMs,
    greetingTimeout: answerMs,
    socketTimeout: answerMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
  try {
    await withinTime(
      transport.sendMail({
        from,
        to: { name: "", address: to },
        subject,
        text,
        messageId: `<${id}@${from.address.split("@").at(-1) ?? "waddlebot"}>`,
        headers: { "auto-submitted": "auto-generated" },
      }),
    );
    return { kind: "sent" };
  } catch (error) {
    return judge(error);
  } finally {
    transport.close();
  }
}

type GotSocket = (error: Error | null, options?: { connection: Socket }) => void;

function openSocket(host: string, port: number, done: GotSocket): void {
  const socket = connect({ host, port });
  let isSaid = false;
  const say = (error: Error | null) => {
    if (isSaid) return;
    isSaid = true;
    clearTimeout(timer);
    if (error) socket.destroy();
    done(error, error ? undefined : { connection: socket });
  };
  const timer = setTimeout(() => say(new Error("no connection in time")), connectMs);
  socket.once("connect", () => say(null));
  socket.once("error", say);
}

/** 5xx about the mail itself is for good; about us (login, TLS) somebody will mend it. All else may pass. */
function judge(error: unknown): MailAnswer {
  const { code = "ESOCKET", responseCode, command } = failure.catch({}).parse(error);
  const reason = responseCode === undefined ? code : `${code} ${responseCode}`;
  const isAboutTheMail = code === "EENVELOPE" || code === "EMESSAGE" || command === "DATA";
  const isForGood = responseCode !== undefined && responseCode >= 500 && responseCode < 600;
  return { kind: isAboutTheMail && isForGood ? "never" : "later", reason };
}

async function withinTime(work: Promise<unknown>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("the mail server took too long")), wholeMs);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
