import { expect, test } from "vitest";
import { displayRequest, readDisplay } from "#workers/api/overlays/display-request";

const read = (facts: object) => readDisplay(displayRequest.parse({ community_id: 2, ...facts }));

test.each([
  [
    { source_type: "ticker", content: "hi" },
    { type: "ticker", text: "hi", durationSeconds: 10, priority: 100 },
  ],
  [
    { source_type: "media", content: { media_type: "image", media_url: "https://a.example/x.png" } },
    { type: "media", mediaType: "image", url: "https://a.example/x.png", durationSeconds: 30 },
  ],
  [
    { source_type: "general", content: { content_type: "html", content: "<b>x</b>" }, duration: 3 },
    { type: "general", contentType: "html", durationSeconds: 3 },
  ],
  [
    { source_type: "alerts", content: { kind: "raid", name: "Mo" } },
    { type: "alert", kind: "raid", name: "Mo" },
  ],
  [
    { source_type: "captions", content: "well" },
    { type: "caption", text: "well", isFinal: true },
  ],
  [
    { source_type: "goal", content: { title: "Fish", current: 1, target: 2 } },
    { type: "goal", current: 1 },
  ],
  [
    { source_type: "music", content: { song: "Waddle", artist: "W", album_art: "https://a.example/a.png" } },
    { type: "music", title: "Waddle", artUrl: "https://a.example/a.png" },
  ],
  [
    { source_type: "chat", content: { platform: "twitch", name: "Mo", text: "hi" } },
    { type: "line", text: "hi" },
  ],
])("%j is understood", (given, expected) => {
  expect(read(given)).toMatchObject({ ok: true, content: expected });
});

test.each([
  [{ source_type: "goal", content: "x" }, "content"],
  [{ source_type: "ticker", content: "x".repeat(201) }, "content.text"],
  [{ source_type: "media", content: "http://a.example/x.png" }, "content.mediaType"],
  [{ source_type: "media", content: { media_type: "image", media_url: "javascript:1" } }, "content.url"],
  [{ source_type: "goal", content: { title: "x", current: 1, target: 0 } }, "content.target"],
])("%j is refused with the field's name", (given, field) => {
  const outcome = read(given);
  expect(outcome.ok).toBe(false);
  expect(!outcome.ok && outcome.problems.map((problem) => problem.field)).toContain(field);
});
