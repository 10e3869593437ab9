import { type MailService, type OutgoingMail, outgoingMail } from "#contracts/mail";

/** A sender's mail entry that keeps what it is given, and can be away. */
export interface MailsInMemory extends MailService {
  sent: OutgoingMail[];
  /** How often it was asked, nobody's mails included. */
  asked: number;
  isAway: boolean;
  /** The newest to that address; throws where there is none. */
  lastTo(address: string): OutgoingMail;
  /** What stands behind `#` in the newest mail's link. */
  tokenTo(address: string): string;
}

export function mailsInMemory(): MailsInMemory {
  const mails: MailsInMemory = {
    sent: [],
    asked: 0,
    isAway: false,
    isSetUp: async () => true,
    async accept(mail) {
      mails.asked++;
      if (mails.isAway) return { ok: false, code: "unavailable", message: "Mail is not set up." };
      if (mail) mails.sent.push(outgoingMail.parse(mail));
      return { ok: true, value: null };
    },
    lastTo(address) {
      const found = mails.sent.findLast(({ to }) => to === address);
      if (!found) throw new Error(`no mail to ${address}`);
      return found;
    },
    tokenTo(address) {
      const [, token = ""] = /#([A-Za-z0-9_-]{43})\b/.exec(mails.lastTo(address).text) ?? [];
      return token;
    },
  };
  return mails;
}
