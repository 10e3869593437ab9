import { expect, test } from "vitest";
import { toNewEntities } from "#workers/api/coordination/active-servers";

const aServer = (entityId: string, platform: string, serverId: string, channel: string | null) => ({
  entityId,
  platform,
  serverId,
  channel,
  config: {},
});

test("a Discord or Slack server is claimed whole, a Twitch or IRC channel alone", () => {
  const found = toNewEntities([
    aServer("discord:7:1", "discord", "7", "1"),
    aServer("discord:7:2", "discord", "7", "2"),
    aServer("slack:T1:C1", "slack", "T1", "C1"),
    aServer("twitch:9", "twitch", "9", null),
    aServer("irc:host:#duck", "irc", "host", "#duck"),
  ]);
  expect(found.map(({ entityId, serverId, channelId }) => [entityId, serverId, channelId])).toEqual([
    ["discord:7", "7", null],
    ["slack:T1", "T1", null],
    ["twitch:9", "9", null],
    ["irc:host:#duck", "host", "#duck"],
  ]);
});

test("of the settings only what is flat goes along, and a priority counts when it is a number in its bounds", () => {
  const config = {
    name: "pia",
    priority: 5,
    limits: { deep: true },
    list: [1],
    isOn: true,
    long: "x".repeat(2000),
  };
  const [row] = toNewEntities([{ ...aServer("twitch:9", "twitch", "9", null), config }]);
  expect(row).toMatchObject({ priority: 5, config: { name: "pia", priority: 5, isOn: true } });
  const odd = [{ priority: "5" }, { priority: -1 }, { priority: 1e9 }, null, "text"];
  const rows = odd.flatMap((settings) =>
    toNewEntities([{ ...aServer("twitch:9", "twitch", "9", null), config: settings }]),
  );
  expect(rows.map(({ priority }) => priority)).toEqual([100, 100, 100, 100, 100]);
});
