import { expect, test } from "vitest";
import { mergeMessages } from "./merge-messages.ts";

const aMessage = (id: number) => ({
  id,
  channelName: "general",
  user: { id: "1", name: "Ann" },
  content: `m${id}`,
  at: id,
  clientId: null,
});

test("messages stand oldest first and each once, whether they came live or as history", () => {
  const live = mergeMessages([], [aMessage(5)]);
  const all = mergeMessages(live, [aMessage(3), aMessage(4), aMessage(5)]);
  expect(all.map(({ id }) => id)).toEqual([3, 4, 5]);
  expect(mergeMessages(all, [aMessage(4)])).toBe(all);
});
