import { beforeEach, expect, test } from "vitest";
import type { Egress, EgressRequest } from "#contracts/egress";
import { refuse, succeed } from "#contracts/outcome";
import { forgetBans, withSecondEgress } from "#workers/sender/second-egress";

const page = () =>
  new Response("error code: 1015", { status: 429, headers: { "content-type": "text/plain" } });
const limited = () => Response.json({ retry_after: 1 }, { status: 429 });
const fine = () => Response.json({ id: "1" });

function stage(direct: () => Response, outcome: Awaited<ReturnType<Egress>>) {
  const clock = { now: 1_000_000 };
  const seen = { direct: 0, through: [] as EgressRequest[] };
  const egress: Egress = async (request) => {
    seen.through.push(request);
    return outcome;
  };
  const call = withSecondEgress(
    async () => {
      seen.direct++;
      return direct();
    },
    egress,
    () => clock.now,
  );
  return { clock, seen, call };
}
const answered = succeed({
  status: 200,
  headers: { "content-type": "application/json" },
  body: '{"id":"9"}',
});
const say = { method: "POST", headers: { authorization: "Bot t" }, body: "{}" };

beforeEach(forgetBans);

test("T15 a banned address sends through the sidecar, the same call, for a minute without asking again", async () => {
  const { clock, seen, call } = stage(page, answered);
  expect(await (await call("https://discord.test/messages", say)).json()).toEqual({ id: "9" });
  expect(seen.through[0]).toEqual({ url: "https://discord.test/messages", ...say });
  await call("https://discord.test/messages", say);
  expect(seen).toMatchObject({ direct: 1, through: { length: 2 } });
  clock.now += 60_000;
  await call("https://discord.test/messages", say);
  expect(seen.direct).toBe(2);
});

test("another host is not banned with it", async () => {
  const { seen, call } = stage(page, answered);
  await call("https://discord.test/a", say);
  await call("https://other.test/a", say);
  expect(seen.direct).toBe(2);
});

test.each([
  ["an ordinary 429", limited],
  ["an answer", fine],
  ["a JSON error that names the number", () => Response.json({ code: 1015 }, { status: 403 })],
])("%s stays as it is, and its body can still be read", async (_, direct) => {
  const { seen, call } = stage(direct, answered);
  const answer = await call("https://discord.test/a", say);
  expect(await answer.text()).toBe(await direct().text());
  expect(seen.through).toEqual([]);
});

test("without a sidecar the answer is a pause, and a broken one leaves it open what happened", async () => {
  const closed = stage(page, refuse("unavailable"));
  expect((await closed.call("https://discord.test/a", say)).status).toBe(429);
  const cut = stage(page, refuse("unknown"));
  await expect(cut.call("https://discord.test/a", say)).rejects.toThrow("cut off");
});
