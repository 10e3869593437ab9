/** The product's version, the one of package.json (a house test compares them). */
export const productVersion = "0.2.0";

/** The wire's version: raise it with a line in the history whenever a contract schema changes. */
export const wireVersion = 6;

/** What changed, so that a reader knows which two deployments can talk to each other. */
export const wireHistory: readonly { version: number; hash: string; change: string }[] = [
  { version: 1, hash: "28c618c17ec2c6ab", change: "the first contracts" },
  {
    version: 2,
    hash: "deae6022053a6a92",
    change:
      "registry rows with targets, limits, prices and listeners; executions with calls and rules; mentions with words",
  },
  {
    version: 3,
    hash: "81a981b846043363",
    change:
      "gateways renew leases and carry claims; frames up to 64 KiB, 500 a batch; assignments for every platform, with networks; calls through the gateway",
  },
  {
    version: 4,
    hash: "d55bbcce4b19d854",
    change: "gateways tell when nobody listened; networks that are reached at public addresses only",
  },
  {
    version: 5,
    hash: "1432dd28a77dfb20",
    change:
      "alerts, music, goals and captions for overlays; overlay frames numbered by part, with themes and state; acknowledgements in one message",
  },
  {
    version: 6,
    hash: "7e4598fc9700caad",
    change: "gateways tell with each renewal how their connections stand",
  },
];
