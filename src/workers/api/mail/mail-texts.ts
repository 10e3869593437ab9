/** What the house's mails say. Plain text; what stands in them of anybody's making is one short line. */
export const mailTexts = {
  en: {
    verify: (link: string) => ({
      subject: "Confirm your mail address",
      text: `Somebody, hopefully you, made an account at WaddleBot with this address.\n\nTo finish, open this link within 24 hours and type the password you chose:\n\n${link}\n\nIf it was not you, do nothing: without the password nobody can finish it.\n`,
    }),
    known: (link: string) => ({
      subject: "You have an account already",
      text: `Somebody, hopefully you, wanted to make an account at WaddleBot with this address. There is one already.\n\nSign in here, or choose a new password if you forgot yours:\n\n${link}\n\nIf it was not you, do nothing.\n`,
    }),
    forgotten: (link: string) => ({
      subject: "Choose a new password",
      text: `Somebody, hopefully you, forgot the password of your account at WaddleBot.\n\nWith this link you choose a new one, once, within an hour:\n\n${link}\n\nIf it was not you, do nothing: your password stays as it is.\n`,
    }),
    changed: (link: string) => ({
      subject: "Your password was changed",
      text: `The password of your account at WaddleBot was changed just now, and every other browser was signed out.\n\nIf it was not you, choose a new one here at once:\n\n${link}\n`,
    }),
    portal: (community: string, password: string, link: string) => ({
      subject: "Your login",
      text: `The owner of ${community} made a login at WaddleBot for you.\n\nAddress: your mail address\nPassword, for one sign-in within 24 hours: ${password}\n\n${link}\n\nYou will choose a password of your own then. If you know nothing of this, do nothing.\n`,
    }),
    portalKnown: (community: string, link: string) => ({
      subject: "You have access",
      text: `The owner of ${community} gave your account at WaddleBot access to its pages. Sign in as ever:\n\n${link}\n`,
    }),
  },
  de: {
    verify: (link: string) => ({
      subject: "Bestätige deine Mailadresse",
      text: `Jemand, hoffentlich du, hat mit dieser Adresse ein Konto bei WaddleBot angelegt.\n\nZum Abschluss öffne innerhalb von 24 Stunden diesen Link und gib das Passwort ein, das du gewählt hast:\n\n${link}\n\nWarst du es nicht, tu nichts: Ohne das Passwort kann es niemand abschließen.\n`,
    }),
    known: (link: string) => ({
      subject: "Du hast schon ein Konto",
      text: `Jemand, hoffentlich du, wollte mit dieser Adresse ein Konto bei WaddleBot anlegen. Es gibt schon eines.\n\nMelde dich hier an, oder wähle ein neues Passwort, wenn du deines vergessen hast:\n\n${link}\n\nWarst du es nicht, tu nichts.\n`,
    }),
    forgotten: (link: string) => ({
      subject: "Wähle ein neues Passwort",
      text: `Jemand, hoffentlich du, hat das Passwort deines Kontos bei WaddleBot vergessen.\n\nMit diesem Link wählst du ein neues, einmal, innerhalb einer Stunde:\n\n${link}\n\nWarst du es nicht, tu nichts: Dein Passwort bleibt, wie es ist.\n`,
    }),
    changed: (link: string) => ({
      subject: "Dein Passwort wurde geändert",
      text: `Das Passwort deines Kontos bei WaddleBot wurde gerade geändert, und jeder andere Browser wurde abgemeldet.\n\nWarst du es nicht, wähle hier sofort ein neues:\n\n${link}\n`,
    }),
    portal: (community: string, password: string, link: string) => ({
      subject: "Deine Anmeldung",
      text: `Wem ${community} gehört, hat bei WaddleBot eine Anmeldung für dich angelegt.\n\nAdresse: deine Mailadresse\nPasswort, für eine Anmeldung innerhalb von 24 Stunden: ${password}\n\n${link}\n\nDanach wählst du ein eigenes. Weißt du nichts davon, tu nichts.\n`,
    }),
    portalKnown: (community: string, link: string) => ({
      subject: "Du hast Zugang",
      text: `Wem ${community} gehört, hat deinem Konto bei WaddleBot Zugang zu seinen Seiten gegeben. Melde dich an wie immer:\n\n${link}\n`,
    }),
  },
} as const;

export type MailTexts = (typeof mailTexts)["en" | "de"];

/** In the browser's language. */
export function mailTextsFor(acceptLanguage: string | undefined): MailTexts {
  return mailTexts[/^\s*de\b/i.test(acceptLanguage ?? "") ? "de" : "en"];
}
