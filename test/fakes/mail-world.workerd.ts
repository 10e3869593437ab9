import type { OutgoingMail } from "#contracts/mail";
import type { MailAnswer } from "#durable-objects/mail-outbox/mail-answer";
import { makeMailOutbox } from "#durable-objects/mail-outbox/mail-outbox";

/** The world around the outbox: its clock, its key, and what the mail server says. */
export const mailWorld: MailWorld = {
  now: 0,
  keyring: undefined,
  handed: [],
  answer: async () => ({ kind: "sent" }),
};

interface MailWorld {
  now: number;
  keyring: string | undefined;
  handed: OutgoingMail[];
  answer: (mail: OutgoingMail) => Promise<MailAnswer>;
}

export class MailOutbox extends makeMailOutbox<object>({
  now: () => mailWorld.now,
  keyring: () => mailWorld.keyring,
  hand: async (_env, mail) => {
    mailWorld.handed.push(mail);
    return mailWorld.answer(mail);
  },
  log: () => undefined,
}) {}
