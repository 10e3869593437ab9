import { expect, test } from "vitest";
import { connectedPlatforms } from "#workers/edge/connected-platforms";

const rings = [
  { platform: "discord", gateways: ["east"] },
  { platform: "irc", gateways: ["east", "west"] },
  { platform: "slack", gateways: [] },
];
const among = async (living: readonly string[]) => {
  const asked: string[] = [];
  const found = await connectedPlatforms(rings, async (name) => {
    asked.push(name);
    if (name === "west" && living.includes("west-throws")) throw new Error("away");
    return living.includes(name);
  });
  return { asked, found: [...found] };
};

test("RCV-1 of two gateways one is enough for what both share, and each is asked once", async () => {
  expect(await among(["east", "west"])).toEqual({ asked: ["east", "west"], found: ["discord", "irc"] });
  expect((await among(["west"])).found).toEqual(["irc"]);
  expect((await among(["east"])).found).toEqual(["discord", "irc"]);
  expect((await among([])).found).toEqual([]);
});

test("RCV-1 a gateway that cannot be asked hides no other", async () => {
  expect((await among(["east", "west-throws"])).found).toEqual(["discord", "irc"]);
});
