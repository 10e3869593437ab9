/** What the page says that somebody sees who was not signed in. */
export const signInTexts = {
  en: {
    title: "Not signed in",
    stale: "This sign-in was finished already, or was begun more than ten minutes ago. Please start again.",
    elsewhere: "This sign-in was begun in another browser. Please finish it there, or start again here.",
    broken: "The link is not complete. Please start again.",
    denied: "You did not allow it, so nobody was signed in. You can start again whenever you like.",
    failed: "The platform could not finish the sign-in. Please start again in a while.",
    closed: "New accounts are not taken here at the moment. Ask the people who run this bot.",
    inactive: "This account is switched off. Ask the people who run this bot.",
    taken: "This account already belongs to somebody else here. They have to unlink it first.",
    signedOut: "You are not signed in any more. Please sign in, then link the account again.",
  },
  de: {
    title: "Nicht angemeldet",
    stale:
      "Diese Anmeldung ist schon beendet oder vor mehr als zehn Minuten begonnen worden. Bitte noch einmal beginnen.",
    elsewhere:
      "Diese Anmeldung wurde in einem anderen Browser begonnen. Bitte dort beenden oder hier neu beginnen.",
    broken: "Der Link ist nicht vollständig. Bitte noch einmal beginnen.",
    denied: "Du hast es nicht erlaubt, also wurde niemand angemeldet. Du kannst jederzeit neu beginnen.",
    failed: "Die Plattform konnte die Anmeldung nicht beenden. Bitte versuche es später noch einmal.",
    closed: "Neue Konten werden hier gerade nicht angenommen. Frag die Leute, die diesen Bot betreiben.",
    inactive: "Dieses Konto ist abgeschaltet. Frag die Leute, die diesen Bot betreiben.",
    taken: "Dieses Konto gehört hier schon jemand anderem. Dort muss es zuerst getrennt werden.",
    signedOut: "Du bist nicht mehr angemeldet. Bitte melde dich an und verbinde das Konto dann noch einmal.",
  },
} as const;
