import { expect, test } from "vitest";
import { frameHeaders, otherOrigin, pageHeaders } from "#workers/edge/overlay/page-headers";

test.each([
  ["http://127.0.0.1:8787/overlay/x/ticker", "", "http://localhost:8787"],
  ["http://localhost:8787/overlay/x/ticker", "", "http://127.0.0.1:8787"],
  ["https://bot.example/overlay/x/ticker", "", ""],
  ["https://bot.example/overlay/x/ticker", "https://frames.example/path", "https://frames.example"],
])("%s with %j shows HTML on %j", (url, configured, expected) => {
  expect(otherOrigin(new URL(url), configured)).toBe(expected);
});

test("without another origin no frame is allowed at all", () => {
  expect(pageHeaders("")["content-security-policy"]).toContain("frame-src 'none'");
});

test("threats row 9: nothing inline runs on the page, and the frame has no origin and no network", () => {
  const page = pageHeaders("https://frames.example")["content-security-policy"];
  expect(page).not.toContain("unsafe");
  const frame = frameHeaders("https://frames.example", "https://bot.example")["content-security-policy"];
  expect(frame).toContain("sandbox allow-scripts");
  expect(frame).not.toContain("allow-same-origin");
  expect(frame).not.toMatch(/(?:img|connect|media|font|frame)-src/);
  expect(frame).toContain("default-src 'none'");
});
