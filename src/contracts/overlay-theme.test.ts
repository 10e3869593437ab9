import { expect, test } from "vitest";
import { overlayTheme } from "#contracts/overlay-theme";

test("nothing given is a theme", () => {
  expect(overlayTheme.parse({})).toMatchObject({ scale: 1, animation: "slide", sound: null, speech: null });
});

test.each([
  ["font", 'x"; background: url(https://evil.example)'],
  ["font", "a;b"],
  ["textColor", "red"],
  ["textColor", "#12345"],
  ["backgroundColor", "url(x)"],
  ["scale", 9],
  ["position", "everywhere"],
  ["animation", "spin"],
  ["sound", { url: "http://a.example/x.mp3" }],
  ["sound", { url: "javascript:alert(1)" }],
  ["speech", { language: "en<script>" }],
  ["maxLines", 0],
  ["parts", ["scene"]],
  ["css", "body{}"],
])("%s may not be %j", (field, value) => {
  expect(overlayTheme.safeParse({ [field]: value }).success).toBe(false);
});
