export interface StatusWords {
  title: string;
  good: string;
  trouble: string;
  nothingYet: string;
  uptime(percent: string, since: string): string;
  replies: string;
  noReplies: string;
  platform: string;
  hour: string;
  count: string;
  incidents: string;
  noIncidents: string;
  lasting: string;
}

/** The status page speaks the browser's language. */
export const statusWords: Readonly<Record<"en" | "de", StatusWords>> = {
  en: {
    title: "WaddleBot status",
    good: "Everything works.",
    trouble: "Something is wrong.",
    nothingYet: "Nothing was measured yet.",
    uptime: (percent, since) => `${percent} % of all minutes since ${since} were good.`,
    replies: "From a chat message to the reply",
    noReplies: "No reply was sent within the last 24 hours.",
    platform: "Platform",
    hour: "Hour",
    count: "Replies",
    incidents: "Incidents",
    noIncidents: "None.",
    lasting: "now",
  },
  de: {
    title: "Zustand von WaddleBot",
    good: "Alles funktioniert.",
    trouble: "Etwas funktioniert nicht.",
    nothingYet: "Noch wurde nichts gemessen.",
    uptime: (percent, since) => `${percent} % aller Minuten seit ${since} waren gut.`,
    replies: "Von der Chatnachricht bis zur Antwort",
    noReplies: "In den letzten 24 Stunden wurde nichts geantwortet.",
    platform: "Plattform",
    hour: "Stunde",
    count: "Antworten",
    incidents: "Vorfälle",
    noIncidents: "Keine.",
    lasting: "jetzt",
  },
};
