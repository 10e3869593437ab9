import type { signIn as english } from "./en.ts";

/** What the ways in say, in German. */
export const signIn: typeof english = {
  title: "Anmelden",
  lead: "Nimm ein Konto, das du schon hast. WaddleBot erfährt deinen Namen und dein Bild, sonst nichts.",
  with: (provider) => `Mit ${provider} anmelden`,
  newHere: "Neu hier? Derselbe Klick legt dein Konto an.",
  invited: "Dieses Haus nimmt von sich aus keine neuen Konten an; frag, wer es betreibt.",
  noneTitle: "Hier kann sich noch niemand anmelden",
  noneText: "Wer dieses Haus betreibt, muss erst eine Plattform einrichten. Die Probe geht auch ohne.",
};
