import { expect, test } from "vitest";
import type { FeedNote } from "#contracts/feed";
import { addNotes } from "./add-notes.ts";

const aNote = (id: string, at: number): FeedNote => ({
  kind: "effect",
  id,
  at,
  entityId: "twitch:1",
  eventId: "e",
  effect: "chat",
  state: "sent",
  text: "",
  problem: null,
});

test("notes stand newest first, each once, and at most 300 of them", () => {
  const first = addNotes([], [aNote("a", 1), aNote("c", 3), aNote("a", 1)]);
  const next = addNotes(first, [aNote("b", 2), aNote("c", 3)]);
  expect(next.map(({ id }) => id)).toEqual(["c", "b", "a"]);
  const many = Array.from({ length: 400 }, (_, index) => aNote(`n${index}`, index + 10));
  expect(addNotes(next, many)).toHaveLength(300);
});

test("what is known already changes nothing, so that the page does not draw again", () => {
  const known = addNotes([], [aNote("a", 1)]);
  expect(addNotes(known, [aNote("a", 1)])).toBe(known);
});
