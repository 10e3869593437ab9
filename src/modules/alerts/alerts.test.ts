import { expect, test } from "vitest";
import { platformEvent } from "#contracts/event";
import { manifest } from "#modules/alerts/manifest";
import { alerts } from "#modules/alerts/module";
import { thanksFor } from "#modules/alerts/thanks";
import { anInvocation } from "#test/fakes/an-invocation";

const { type: _, text: __, ...base } = { ...anInvocation().event, text: "" };
const lines = manifest.settings.parse({});
const event = (facts: object) => platformEvent.parse({ ...base, ...facts });

test.each([
  [{ type: "follow" }, "Ada waddles along now. Welcome!"],
  [{ type: "subscription", tier: "1" }, "Ada subscribed. Thank you!"],
  [{ type: "resub", months: 7 }, "Ada has been here for 7 months. Thank you!"],
  [{ type: "subgift", count: 5 }, "Ada gifted 5 subscriptions. What a day!"],
  [{ type: "cheer", bits: 100 }, "Ada cheered 100 bits. Thank you!"],
  [{ type: "donation", amountMinor: 1250, currency: "EUR" }, "Ada gave €12.50. Thank you!"],
  [{ type: "donation", amountMinor: 500, currency: "JPY" }, "Ada gave ¥500. Thank you!"],
  [{ type: "raid", viewers: 40 }, "Ada is raiding with 40 viewers. Make room!"],
])("%o is thanked for", (facts, expected) => {
  expect(thanksFor(event(facts), lines, "Ada")).toBe(expected);
});

test("a community's own line is used, and a name that looks like a placeholder stays a name", () => {
  expect(
    thanksFor(event({ type: "cheer", bits: 5 }), { ...lines, cheer: "{count} from {name}" }, "{count}"),
  ).toBe("5 from {count}");
});

test("nobody is thanked for leaving", () => {
  expect(thanksFor(event({ type: "member_leave" }), lines, "Ada")).toBeUndefined();
});

test("thanks are said in chat, run over the stream and are an alert", async () => {
  const call = anInvocation({
    module: "alerts",
    handler: "event",
    event: event({ type: "follow" }),
    settings: {},
  });
  const outcome = await alerts.handlers["event"]?.({ ...call, user: { ...call.user, name: "A\nda" } }, {});
  expect(outcome).toMatchObject({
    ok: true,
    value: { responses: [{ type: "chat" }, { type: "ticker" }, { type: "alert", kind: "follow" }] },
  });
  expect(JSON.stringify(outcome)).not.toContain("\\n");
});
