import { expect, test } from "vitest";
import {
  type Connection,
  countTroubles,
  type Overview,
  toneOfChannel,
  toneOfSubscriptions,
} from "./health.ts";

const channel = (facts: Partial<Overview["channels"][number]> = {}) => ({
  entity_id: "twitch:1",
  platform: "twitch",
  last_event_at: "2026-01-01T00:00:00Z",
  queue: { waiting: 0, dead: 0, oldest_age_ms: 0 },
  ...facts,
});
const connection = (status: Connection["status"]): Connection => ({
  platform: "twitch",
  role: "bot",
  account_id: "9",
  account_name: "bot",
  status,
  problem: null,
  scopes: [],
  expires_at: null,
  updated_at: "2026-01-01T00:00:00Z",
});

test("a channel is green only when it was heard, answers, and gave nothing up", () => {
  const queue = { waiting: 0, dead: 0, oldest_age_ms: 0 };
  expect(
    [
      channel(),
      channel({ last_event_at: null }),
      channel({ queue: null }),
      channel({ queue: { ...queue, oldest_age_ms: 61_000 } }),
      channel({ queue: { ...queue, dead: 1 }, last_event_at: null }),
    ].map(toneOfChannel),
  ).toEqual(["good", "idle", "warn", "warn", "bad"]);
});

test("subscriptions that need the owner come first", () => {
  expect(
    [
      { enabled: 3, waiting: 1, needs_owner: 1 },
      { enabled: 3, waiting: 1, needs_owner: 0 },
      { enabled: 3, waiting: 0, needs_owner: 0 },
      { enabled: 0, waiting: 0, needs_owner: 0 },
    ].map(toneOfSubscriptions),
  ).toEqual(["bad", "busy", "good", "idle"]);
});

test("troubles are what somebody must see to: broken keys, given-up messages, missing consents", () => {
  const overview: Overview = {
    channels: [
      channel(),
      channel({ queue: { waiting: 0, dead: 2, oldest_age_ms: 0 } }),
      channel({ queue: null }),
    ],
    subscriptions: { enabled: 1, waiting: 0, needs_owner: 4 },
    since: "2026-01-01T00:00:00Z",
    is_since_stream: false,
    activities: [],
    executions: [],
    throttled: 0,
    refusals: [],
  };
  expect(countTroubles(overview, [connection("active"), connection("reauth_required")])).toBe(3);
});
