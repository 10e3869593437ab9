import { productVersion } from "#contracts/version";
import type { MailOutboxDeps } from "#durable-objects/mail-outbox/mail-outbox";
import { makeLog } from "#lib/log";
import { handOver } from "#workers/sender/mail/hand-over";
import { mailConfig } from "#workers/sender/mail/mail-config";
import { platformConfig } from "#workers/shared/platform-config";

const log = makeLog({ module: "sender", version: productVersion });

/** What the house's outbox of mails stands on: the mail server, and the keyring that seals what waits. */
export const mailDeps: MailOutboxDeps<SenderEnv> = {
  now: () => Date.now(),
  keyring: (env) => platformConfig(env)["TOKEN_ENCRYPTION_KEYS"],
  async hand(env, mail) {
    const config = mailConfig(env);
    // Set up when it was taken: somebody is at the settings just now.
    return config.ok ? handOver(config.value, mail) : { kind: "later", reason: config.message };
  },
  log({ id, result, tries, reason }) {
    log({
      level: result === "sent" ? "INFO" : "WARNING",
      category: "SYSTEM",
      action: "mail.send",
      result: result === "sent" ? "SUCCESS" : "FAILURE",
      details: { key: id, tries, ...(reason === undefined ? {} : { reason, isOver: result === "failed" }) },
    });
  },
};
