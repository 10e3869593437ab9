import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, expect, test } from "vitest";
import { startMailbox } from "#simulators/mailbox";
import { handOver } from "#workers/sender/mail/hand-over";
import { type MailConfig, mailConfig } from "#workers/sender/mail/mail-config";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const mail = {
  id: "a-mail-0001",
  to: "ada@pond.example",
  subject: "Grüße",
  text: "Hallö\n.\nEnde\n",
  usefulUntil: Date.now() + 60_000,
};
const config = (port: number, facts: Partial<MailConfig> = {}): MailConfig => ({
  host: "127.0.0.1",
  port,
  security: "none",
  login: undefined,
  from: { name: "Wäddle", address: "bot@pond.example" },
  ...facts,
});

async function aServer(options: SMTPServerOptions): Promise<number> {
  const server = new SMTPServer({ authOptional: true, logger: false, ...options });
  server.on("error", () => undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", () => resolve());
  await promise;
  closers.push(() => new Promise((closed) => server.close(() => closed())));
  const address = server.server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const refusal = (responseCode: number) => Object.assign(new Error("no"), { responseCode });

test("a mail arrives as it was written, with an id of its own and nothing but text in it", async () => {
  const mailbox = await startMailbox();
  closers.push(mailbox.close);
  expect(await handOver(config(mailbox.port), mail)).toEqual({ kind: "sent" });
  const [caught] = mailbox.mails();
  expect(caught).toMatchObject({ to: mail.to, subject: mail.subject, text: mail.text.replace(/\n$/, "\n") });
  expect(caught?.raw).toContain("Message-ID: <a-mail-0001@pond.example>");
  expect(caught?.raw).toMatch(/^Content-Type: text\/plain/m);
  expect(caught?.raw).not.toMatch(/text\/html|multipart/);
});

test("threat 9 a line break in a subject or a name makes no header and no recipient", async () => {
  const mailbox = await startMailbox();
  closers.push(mailbox.close);
  const from = { name: "x\r\nBcc: evil@x.example", address: "bot@pond.example" };
  const subject = "Hello\r\nBcc: evil@x.example\r\n\r\n<b>body</b>";
  expect(await handOver(config(mailbox.port, { from }), { ...mail, subject })).toEqual({ kind: "sent" });
  const [caught] = mailbox.mails();
  expect(caught?.to).toBe(mail.to);
  expect(caught?.raw).not.toMatch(/^(Bcc|<b>)/im);
});

test("a mail server that cannot do TLS where it is asked for gets neither the password nor the mail", async () => {
  const heard: string[] = [];
  const port = await aServer({
    disabledCommands: ["STARTTLS"],
    onAuth: (_auth, _session, done) => {
      heard.push("password");
      done(null, { user: "u" });
    },
    onData: (stream, _session, done) => {
      heard.push("mail");
      stream.resume();
      stream.on("end", () => done());
    },
  });
  const answer = await handOver(
    config(port, { security: "starttls", login: { user: "u", pass: "p" } }),
    mail,
  );
  expect(answer.kind).toBe("later");
  expect(heard).toEqual([]);
});

test("a certificate nobody vouches for is refused, by STARTTLS and from the first byte", async () => {
  for (const secure of [false, true]) {
    const port = await aServer({ secure });
    const answer = await handOver(config(port, { security: secure ? "tls" : "starttls" }), mail);
    expect(answer.kind).toBe("later");
  }
});

test("what the mail server says for good ends it, what may pass does not; nothing of the mail stands in the reason", async () => {
  const answers: Record<string, unknown> = {};
  for (const code of [550, 450]) {
    const port = await aServer({
      disabledCommands: ["STARTTLS"],
      onRcptTo: (_to, _session, done) => done(refusal(code)),
    });
    answers[`rcpt ${code}`] = await handOver(config(port), mail);
  }
  const port = await aServer({
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth: (_auth, _session, done) => done(refusal(535)),
  });
  answers["login 535"] = await handOver(config(port, { login: { user: "u", pass: "p" } }), mail);
  answers["nobody there"] = await handOver(config(1), mail);
  expect(answers).toMatchObject({
    "rcpt 550": { kind: "never" },
    "rcpt 450": { kind: "later" },
    "login 535": { kind: "later" },
    "nobody there": { kind: "later" },
  });
  expect(JSON.stringify(answers)).not.toMatch(/ada|pond|Hall|Gr/);
});

test("P11 half a configuration is none, and says which variable", () => {
  const whole = { SMTP_HOST: "mail.example", SMTP_FROM: "Duck <bot@pond.example>" };
  expect(mailConfig(whole)).toMatchObject({
    ok: true,
    value: { port: 587, security: "starttls", from: { name: "Duck" } },
  });
  expect(mailConfig({ ...whole, SMTP_SECURITY: "tls" })).toMatchObject({ value: { port: 465 } });
  const refused: [Record<string, string>, RegExp][] = [
    [{}, /SMTP_HOST/],
    [{ SMTP_HOST: "mail.example" }, /SMTP_FROM/],
    [{ ...whole, SMTP_FROM: "no address" }, /SMTP_FROM/],
    [{ ...whole, SMTP_FROM: "x\r\nBcc: a@b.example <bot@pond.example>" }, /SMTP_FROM/],
    [{ ...whole, SMTP_SECURITY: "ssl" }, /SMTP_SECURITY/],
    [{ ...whole, SMTP_PORT: "99999" }, /SMTP_PORT/],
    [{ ...whole, SMTP_USERNAME: "u" }, /SMTP_PASSWORD/],
    [{ ...whole, SMTP_SECURITY: "none", SMTP_USERNAME: "u", SMTP_PASSWORD: "hunter2" }, /in the clear/],
  ];
  for (const [env, message] of refused) {
    const answer = mailConfig(env);
    expect(answer).toMatchObject({ ok: false, message: expect.stringMatching(message) });
    expect(JSON.stringify(answer)).not.toContain("hunter2");
  }
});
