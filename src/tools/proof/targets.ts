/** One thing that was promised, what proves it, and the figures that must hold. */
export interface Target {
  id: string;
  promise: string;
  /** What makes the figures. */
  command: string;
  /** The record they are in. */
  record: string;
  limits: readonly Limit[];
}

/** `size` figures say how much was tried: a run that tried less proves less, and is told so. */
export type Limit =
  | { figure: string; atMost: number; unit?: string }
  | { figure: string; atLeast: number; unit?: string; isSize?: true };

const atMost = (figure: string, limit: number, unit?: string): Limit => ({
  figure,
  atMost: limit,
  ...(unit === undefined ? {} : { unit }),
});
const atLeast = (figure: string, limit: number, unit?: string): Limit => ({
  figure,
  atLeast: limit,
  ...(unit === undefined ? {} : { unit }),
});
const size = (figure: string, limit: number): Limit => ({ figure, atLeast: limit, isSize: true });
const none = (...figures: string[]) => figures.map((figure) => atMost(figure, 0));

const doors = ["twitch", "slack events", "slack slash", "discord", "gateway"];

export const targets: readonly Target[] = [
  {
    id: "T1 P1 P12",
    promise:
      "workerd killed 100 times under load: nothing acknowledged is lost, stuck, said twice or invented",
    command: "npm run faults -- kills",
    record: "kills",
    limits: [
      size("kills", 100),
      ...none("lost", "unfinished", "doubled", "unanswered", "ghosts"),
      atLeast("storedUnacknowledged", 1),
    ],
  },
  {
    id: "T2",
    promise: "10,000 replays have one effect each",
    command: "npm run faults -- replays",
    record: "replays",
    limits: [size("replays", 10_000), ...none("wrong")],
  },
  {
    id: "T4 P5 N6",
    promise: "10,000 rounds of 64 spendings at once: every balance is the sum of its ledger",
    command: "npm run faults -- points",
    record: "points",
    limits: [size("rounds", 10_000), size("width", 64), ...none("differences")],
  },
  {
    id: "T5 P4",
    promise: "a hanging module raises the p99 of bystanders by less than a fifth",
    command: "npm run faults -- bystander",
    record: "bystander",
    limits: [atMost("ratio", 1.2)],
  },
  ...doors.map(
    (door): Target => ({
      id: "T6 P6",
      promise: `forged and mutated requests at the door of ${door} have no effect and make no error`,
      command: "npm run faults -- forged",
      record: `forged ${door}`,
      limits: [size("forgeries", 5000), ...none("wrong", "serverErrors"), atMost("p99Ms", 20, "ms")],
    }),
  ),
  {
    id: "T6",
    promise: "50,000 forged requests in all",
    command: "npm run faults -- forged",
    record: "forged in all",
    limits: [size("forgeries", 50_000), ...none("wrong")],
  },
  {
    id: "T8 P8",
    promise: "a gateway on IRC killed 50 times: nothing kept is lost or taken twice",
    command: "npm run faults -- gateway",
    record: "gateway",
    limits: [size("kills", 50), ...none("lost", "doubled")],
  },
  {
    id: "T8 P8",
    promise: "a gateway on Discord killed 50 times: nothing lost, one identify a session",
    command: "npm run faults -- discord",
    record: "discord",
    limits: [size("kills", 50), ...none("lost"), atMost("identifies", 1)],
  },
  {
    id: "threat 17",
    promise: "the time of a refusal tells nothing about a key (Welch's t over 100,000 tries)",
    command: "npm run faults -- timing",
    record: "timing",
    limits: [size("tries", 100_000), atMost("prefixT", 4.5), atMost("idT", 4.5)],
  },
  {
    id: "L2 SCL-1",
    promise: "170 events a second over 1,000 channels for five minutes",
    command: "npm run faults -- scale",
    record: "scale",
    limits: [
      size("perSecond", 170),
      size("channels", 1000),
      size("seconds", 300),
      ...none("refused"),
      atMost("p95Ms", 200, "ms"),
    ],
  },
  {
    id: "L8",
    promise: "5,000 channels: an event costs what it costs with twenty, an idle channel less than a megabyte",
    command: "npm run faults -- scale",
    record: "scale-cost",
    limits: [size("registered", 5000), atMost("growth", 2, "×"), atMost("kbPerChannel", 1024, "KB")],
  },
  {
    id: "L9",
    promise: "100 IRC channels at 10 messages a second each: forwarded in 200 ms, nothing dropped",
    command: "node test/bench/gateway-load.ts --seconds=600",
    record: "gateway-load",
    limits: [size("seconds", 600), atMost("p99Ms", 200, "ms"), ...none("dropped")],
  },
  ...["slack", "discord"].flatMap((platform): Target[] => [
    {
      id: "bench",
      promise: `a signed command on ${platform}, durable, beside its usual library from memory`,
      command: "npm run bench",
      record: "bench",
      limits: [atMost(`${platform}P50OfPeer`, 1, "×"), atLeast(`${platform}ThroughputOfPeer`, 0.5, "×")],
    },
    {
      id: "bench",
      promise: `the same on ${platform}, beside the library with our duties in Postgres`,
      command: "npm run bench",
      record: "bench",
      limits: [atMost(`${platform}P50OfDutiful`, 1, "×"), atLeast(`${platform}ThroughputOfDutiful`, 1, "×")],
    },
  ]),
  {
    id: "bench",
    promise: "batches of a gateway: four times the events a second of the faster library",
    command: "npm run bench",
    record: "bench",
    limits: [atLeast("batchesOfPeer", 4, "×")],
  },
  {
    id: "bench",
    promise: "a million plain messages through a gateway cost at most a quarter of a dollar",
    command: "npm run bench",
    record: "bench",
    limits: [atMost("dollarsForPlain", 0.25, "$")],
  },
  {
    id: "bench",
    promise:
      "questions on IRC, durable: above errbot's 5,160 a second, below limnoria's p50 at 1,000 a second, no backlog at 2,000",
    command: "npm run bench -- --irc",
    record: "irc",
    limits: [atLeast("closedPerSecond", 5160), atMost("p50At1000Ms", 1.4, "ms"), ...none("backlogAt2000")],
  },
  {
    id: "bench",
    promise: "no answer of the bench was wrong",
    command: "npm run bench",
    record: "bench",
    limits: none("wrongAnswers"),
  },
];
