import { expect, test } from "vitest";
import { ownChannelOf } from "./own-channel.ts";

test("an account is a channel on flat platforms only; its id comes unescaped", () => {
  expect(ownChannelOf(["discord:9", "twitch:710"])).toEqual({ platform: "twitch", serverId: "710" });
  expect(ownChannelOf(["youtube:UC%3Ax"])).toEqual({ platform: "youtube", serverId: "UC:x" });
  expect(ownChannelOf(["slack:U1", "nonsense", ""])).toBeUndefined();
});
