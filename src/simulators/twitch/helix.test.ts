import { expect, test } from "vitest";
import type { Simulators } from "#simulators/server";
import { makeFakeClock, setStage } from "#simulators/testing";

const echoChallenge = ({ body }: { body: string }) =>
  new Response(JSON.parse(body).challenge ?? "", { headers: { "content-type": "text/plain" } });

function helix({ url, secrets }: Simulators, token: string) {
  return (method: string, path: string, body?: object) =>
    fetch(`${url}/twitch/helix${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "client-id": secrets.twitch.clientId },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
}

test("the Helix bucket empties, says so, and fills again after its minute", async () => {
  const clock = makeFakeClock();
  await using stage = await setStage(undefined, { clock, twitch: { helixPoints: 3 } });
  const { simulators } = stage;
  const call = helix(simulators, simulators.secrets.twitch.accessToken);
  for (const left of ["2", "1", "0"])
    expect((await call("GET", "/users?id=710000003")).headers.get("ratelimit-remaining")).toBe(left);
  const empty = await call("GET", "/users?id=710000003");
  expect([empty.status, Number(empty.headers.get("ratelimit-reset"))]).toEqual([
    429,
    clock.now() / 1000 + 60,
  ]);
  clock.advance(60_000);
  expect((await call("GET", "/users?id=710000003")).status).toBe(200);
});

test("subscriptions cost where nobody consented, need the owner's consent, and come in pages", async () => {
  const options = { maxTotalCost: 2, pageSize: 2 };
  await using stage = await setStage(echoChallenge, { twitch: options });
  const { simulators } = stage;
  const call = helix(simulators, simulators.twitch.issueAppToken());
  const ask = async (type: string, id: string) => {
    const transport = {
      method: "webhook",
      callback: "https://bot.example/webhooks/twitch",
      secret: "0123456789",
    };
    const condition = { broadcaster_user_id: id };
    return call("POST", "/eventsub/subscriptions", { type, version: "1", condition, transport });
  };
  expect((await ask("stream.online", "710000001")).status).toBe(202);
  expect((await ask("channel.cheer", "710000001")).status).toBe(202);
  expect((await ask("channel.cheer", "800")).status).toBe(403);
  expect((await ask("stream.online", "800")).status).toBe(202);
  expect((await ask("stream.online", "801")).status).toBe(202);
  expect((await ask("stream.online", "802")).status).toBe(429);
  const first = JSON.parse(await (await call("GET", "/eventsub/subscriptions")).text());
  expect(first).toMatchObject({ total: 4, total_cost: 2, max_total_cost: 2 });
  expect(first.data).toHaveLength(2);
  const path = `/eventsub/subscriptions?after=${first.pagination.cursor}`;
  const second = JSON.parse(await (await call("GET", path)).text());
  expect([second.data.length, second.pagination]).toEqual([2, {}]);
});

test("through a conduit: the shard is challenged, and carries what its subscriptions tell", async () => {
  await using stage = await setStage(echoChallenge);
  const { simulators, edge } = stage;
  const { twitch } = simulators;
  const call = helix(simulators, twitch.issueAppToken());
  const made = JSON.parse(await (await call("POST", "/eventsub/conduits", { shard_count: 1 })).text());
  const conduit_id = made.data[0].id;
  const transport = {
    method: "webhook",
    callback: "https://bot.example/webhooks/twitch",
    secret: "0123456789",
  };
  const shards = [
    { id: "0", transport },
    { id: "1", transport },
  ];
  const assigned = await call("PATCH", "/eventsub/conduits/shards", { conduit_id, shards });
  expect(JSON.parse(await assigned.text())).toMatchObject({
    data: [{ id: "0", status: "webhook_callback_verification_pending" }],
    errors: [{ id: "1" }],
  });
  await simulators.idle();
  expect([...(twitch.conduits()[0]?.shards.values() ?? [])]).toMatchObject([{ status: "enabled" }]);
  const condition = { broadcaster_user_id: "710000001" };
  const wanted = {
    type: "stream.online",
    version: "1",
    condition,
    transport: { method: "conduit", conduit_id },
  };
  expect((await call("POST", "/eventsub/subscriptions", wanted)).status).toBe(202);
  await twitch.sendEvent({ kind: "online", viewer: "pia" });
  expect(JSON.parse(edge.requests.at(-1)?.body ?? "")).toMatchObject({
    subscription: { transport: { method: "conduit", conduit_id } },
  });
});
