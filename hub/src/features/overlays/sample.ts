import type { Texts } from "#hub/texts/en.ts";
import type { OverlayType } from "./overlay.ts";

const seconds = 5;
let seq = 0;

/** What the preview shows of each type. */
export function sampleOf(type: OverlayType, { name, text, title }: Texts["overlays"]["sample"]) {
  const samples: Record<OverlayType, readonly object[]> = {
    ticker: [{ part: "ticker", content: { type: "ticker", text, durationSeconds: seconds } }],
    media: [],
    music: [
      {
        part: "music",
        content: {
          type: "music",
          title,
          artist: name,
          album: "",
          positionSeconds: 40,
          durationSeconds: 180,
          isPlaying: true,
        },
      },
    ],
    general: [
      {
        part: "general",
        content: { type: "general", contentType: "text", content: text, durationSeconds: seconds },
      },
    ],
    alerts: [
      { part: "alerts", content: { type: "alert", kind: "follow", name, text, durationSeconds: seconds } },
    ],
    form: [{ part: "form", content: { type: "form", title, fields: [{ label: text }] } }],
    chat: [{ part: "chat", content: { type: "line", platform: "twitch", name, text, badges: [] } }],
    goal: [{ part: "goal", content: { type: "goal", title, current: 7, target: 10, unit: "" } }],
    captions: [{ part: "captions", content: { type: "caption", text, speaker: name, isFinal: true } }],
    scene: [],
  };
  const scene = [samples.alerts, samples.goal, samples.chat, samples.ticker].flat();
  return (type === "scene" ? scene : samples[type]).map((shown) => ({ ...shown, seq: ++seq }));
}
