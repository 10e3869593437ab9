import type { Texts } from "../en.ts";

/** API-Schlüssel einer Community auf Deutsch. */
export const keys: Texts["keys"] = {
  title: "API-Schlüssel",
  lead: "Für Programme, die in dieser Community handeln. Ein Schlüssel wird einmal gezeigt, wenn er entsteht; aufbewahrt wird nur sein Fingerabdruck.",
  create: "Schlüssel erstellen",
  name: "Name",
  nameHint: "Wofür er ist, damit du ihn wiedererkennst",
  roles: "Art des Aufrufers",
  roleNames: {
    trigger: "Bringt Ereignisse (Sammler)",
    action: "Beantwortet Befehle (Modul)",
    user: "Liest",
    admin: "Darf, was ein Admin darf",
  },
  scopes: "Bereiche",
  scopesHint: "Durch Leerzeichen getrennt; keiner heißt: keine weiteren Rechte",
  expires: "Endet am",
  expiresHint: "Leer: Er endet nicht von selbst",
  limit: "Aufrufe je Minute",
  limitHint: "Leer: die übliche Grenze",
  needRole: "Wähle mindestens eine Art.",
  needName: "Bitte gib ihm einen Namen.",
  inPast: "Muss in der Zukunft liegen.",
  onceTitle: "Das ist der Schlüssel. Er wird nur dieses eine Mal gezeigt.",
  onceText:
    "Kopiere ihn jetzt dorthin, wo er gebraucht wird. Wer ihn hat, handelt damit; wer ihn verliert, macht einen neuen.",
  done: "Ich habe ihn verwahrt",
  columns: { name: "Name", roles: "Art", lastUsed: "Zuletzt benutzt", expires: "Endet", action: "Aktionen" },
  showInactive: "Auch abgeschaltete zeigen",
  disabled: "abgeschaltet",
  disable: "Abschalten",
  disableQuestion: (name) => `„${name}“ gilt binnen 30 Sekunden nirgends mehr, endgültig.`,
  disableDone: "Der Schlüssel ist abgeschaltet.",
  rotate: "Neues Geheimnis",
  rotateQuestion: (name) =>
    `„${name}“ bekommt ein neues Geheimnis; das alte gilt binnen 30 Sekunden nicht mehr.`,
  rotateConfirm: "Neues Geheimnis erstellen",
  neverEnds: "nie",
  emptyTitle: "Keine Schlüssel",
  emptyText: "Programme, die mit WaddleBot sprechen, brauchen einen. Menschen nicht.",
};
