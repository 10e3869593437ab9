import { type OverlayContent, type OverlayPart, type OverlayType, overlayContent } from "#contracts/overlay";

/** What "send a test" shows, so that whoever sets a source up sees it as viewers will. */
const samples: Readonly<Record<Exclude<OverlayPart, "media">, object>> = {
  ticker: { type: "ticker", text: "This is a test. Waddle on!", priority: 1000 },
  music: { type: "music", title: "Test song", artist: "The Waddlers", album: "On Ice", durationSeconds: 180 },
  general: { type: "general", contentType: "text", content: "This is a test card." },
  alerts: {
    type: "alert",
    kind: "follow",
    name: "Pingu",
    text: "waddles along now (a test)",
    priority: 1000,
  },
  form: {
    type: "form",
    title: "A test form",
    description: "This is how a form looks.",
    fields: [{ name: "answer", type: "text", label: "Your answer" }],
    submitUrl: "about:blank",
  },
  chat: { type: "line", platform: "twitch", name: "Pingu", text: "This is a test line" },
  goal: { type: "goal", title: "Test goal", current: 7, target: 10 },
  captions: { type: "caption", text: "This is a test caption.", speaker: "Pingu" },
};

/** A scene is tested with an alert; media with the house's own picture, where it has an https address. */
export function sampleFor(type: OverlayType, publicUrl: string): OverlayContent | undefined {
  if (type !== "media") return overlayContent.parse(samples[type === "scene" ? "alerts" : type]);
  const url = `${publicUrl}/penguin.svg`;
  return overlayContent.safeParse({ type, mediaType: "image", url, durationSeconds: 8 }).data;
}
