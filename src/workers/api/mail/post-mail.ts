import type { MailService } from "#contracts/mail";
import type { Outcome } from "#contracts/outcome";

/** The sender's entry, named apart from the RPC type so that its depth stays bounded. */
export function mailService({ MAIL }: Pick<ApiEnv, "MAIL">): MailService {
  return MAIL;
}

export interface NewMail {
  to: string;
  content: { subject: string; text: string };
  lifeMs: number;
}

/** Gives a mail to the outbox; null is nobody's and takes as long. Once it is ok, the mail is not lost any more. */
export async function postMail(env: Pick<ApiEnv, "MAIL">, mail: NewMail | null): Promise<Outcome<null>> {
  if (mail === null) return mailService(env).accept(null);
  const { to, content, lifeMs } = mail;
  return mailService(env).accept({
    id: crypto.randomUUID(),
    to,
    ...content,
    usefulUntil: Date.now() + lifeMs,
  });
}
