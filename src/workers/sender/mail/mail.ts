import { WorkerEntrypoint } from "cloudflare:workers";
import { type MailService, type OutgoingMail, outgoingMail } from "#contracts/mail";
import { type Outcome, refuse } from "#contracts/outcome";
import { mailConfig } from "#workers/sender/mail/mail-config";

/** The API's door for mails: an entry of its own, so that whoever may speak on a platform writes to nobody. */
export class Mail extends WorkerEntrypoint<SenderEnv> implements MailService {
  async isSetUp(): Promise<boolean> {
    return mailConfig(this.env).ok;
  }

  async accept(mail: OutgoingMail | null): Promise<Outcome<null>> {
    const config = mailConfig(this.env);
    if (!config.ok) return refuse("unavailable", { message: `Mail is not set up: ${config.message}.` });
    const checked = outgoingMail.nullable().safeParse(mail);
    if (!checked.success) return refuse("bad_request", { message: "This is no mail that can be sent." });
    const outbox = this.env.MAIL_OUTBOX.get(this.env.MAIL_OUTBOX.idFromName("house"));
    return outbox.accept(checked.data);
  }
}
