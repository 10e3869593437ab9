import { expect, test } from "vitest";
import { fixedToken } from "#workers/sender/tokens";

test.each([
  ["slack", "slack's"],
  ["ms-teams", "teams'"],
  ["matrix", undefined],
  ["constructor", undefined],
])("%s speaks with %s", (platform, token) => {
  expect(fixedToken({ SLACK_BOT_TOKEN: "slack's", MS_TEAMS_BOT_TOKEN: "teams'" }, platform)).toBe(token);
});
