/** The long form of a fault test: what `npm test` runs in short. */
export interface LongRun {
  name: string;
  layer: "node" | "pg" | "e2e";
  file: string;
  env: Readonly<Record<string, string>>;
  explains: string;
}

export const longRuns: readonly LongRun[] = [
  {
    name: "bad-input",
    layer: "e2e",
    file: "test/e2e/bad-input.e2e.test.ts",
    env: { BAD_REQUESTS: "10000" },
    explains: "10,000 bad requests to each group of routes; memory must stay flat",
  },
  {
    name: "bystander",
    layer: "e2e",
    file: "test/faults/bystander.e2e.test.ts",
    env: { BYSTANDERS: "long" },
    explains: "a hanging module may raise the p99 of 50 bystanders by less than 20 %; wants a quiet machine",
  },
  {
    name: "forged",
    layer: "e2e",
    file: "test/faults/forged.e2e.test.ts",
    env: { FORGERY_FLIPS: "2400" },
    explains: "50,000 forged and mutated requests at every signed door; none may have an effect",
  },
  {
    name: "replays",
    layer: "e2e",
    file: "test/faults/replays.e2e.test.ts",
    env: { REPLAYS: "10000" },
    explains: "10,000 replays of genuine requests, in every way of the matrix; each has one effect",
  },
  {
    name: "scale",
    layer: "e2e",
    file: "test/faults/scale.e2e.test.ts",
    env: { SCALE: "long" },
    explains: "170 events a second over 1,000 channels for 5 min, then 5,000 channels; wants a quiet machine",
  },
  {
    name: "timing",
    layer: "node",
    file: "src/workers/api/access/key-timing.test.ts",
    env: { KEY_TIMING_TRIES: "100000" },
    explains: "100,000 wrong keys: the time of a refusal tells nothing; wants a quiet machine",
  },
  {
    name: "gateway",
    layer: "e2e",
    file: "test/faults/gateway-kills.e2e.test.ts",
    env: { WADDLEBOT_GATEWAY_KILLS: "50" },
    explains: "the gateway is killed 50 times under load on IRC; nothing acknowledged is lost or taken twice",
  },
  {
    name: "discord",
    layer: "node",
    file: "test/faults/discord-gateway.test.ts",
    env: { DISCORD_KILLS: "50" },
    explains: "the same on Discord's gateway, with at most one identify for each lost session",
  },
  {
    name: "cuts",
    layer: "node",
    file: "test/faults/network-cuts.test.ts",
    env: { CUT_SECONDS: "10,60,300" },
    explains:
      "lines to Discord, to an IRC network and to the edge are cut for 10, 60 and 300 s; nothing is lost, or the gap is told",
  },
  {
    name: "image",
    layer: "node",
    file: "test/faults/image.test.ts",
    env: { IMAGE_INSTALLS: "1" },
    explains:
      "the gateway's image as its Dockerfile says, without Docker; installs its packages from the registry",
  },
  {
    name: "points",
    layer: "pg",
    file: "test/faults/points-races.pg.test.ts",
    env: { POINT_ROUNDS: "10000" },
    explains: "10,000 rounds of 64 spendings at once; every balance stays the sum of its ledger",
  },
  {
    name: "kills",
    layer: "e2e",
    file: "test/faults/kill-loop.e2e.test.ts",
    env: { WADDLEBOT_KILLS: "100" },
    explains: "workerd is killed 100 times under load; nothing acknowledged is lost, nothing is said twice",
  },
  {
    name: "sidecars",
    layer: "e2e",
    file: "test/faults/sidecars.e2e.test.ts",
    env: { WADDLEBOT_LONG: "1" },
    explains: "two gateways share the load, one dies, none speaks twice; the long form",
  },
];
