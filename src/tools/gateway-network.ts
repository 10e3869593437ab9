import { text } from "node:stream/consumers";
import { ircNetwork } from "#contracts/gateway";
import { readJson } from "#lib/read-json";
import { explain, PlainError } from "#tools/plain-error";
import { saveNetwork } from "#workers/edge/gateway-networks";

const help = `npm run gateway:network < network.json
Keeps one IRC network in the hub's database, its passwords sealed; gateways hear of it within half a minute.
  {"host": "irc.example.net", "port": 6697, "tls": true, "nick": "waddle",
   "sasl": {"account": "waddle", "password": "…"}, "pollSeconds": 600}
Also "flavour": "twitch" with "password" (the token), "ca", "burstLines", "linesPerSecond".
Needs DATABASE_URL and, for passwords, GATEWAY_ENCRYPTION_KEYS as the edge has it.`;

async function main(): Promise<void> {
  if (process.argv.includes("--help")) return console.log(help);
  const network = ircNetwork.safeParse(readJson(await text(process.stdin)));
  if (!network.success) {
    // Only names: what stands in the file may be a password.
    const problems = network.error.issues.map(
      ({ path, message }) => `${path.join(".") || "the file"}: ${message}`,
    );
    throw new PlainError(`${problems.join("\n")}\n\n${help}`);
  }
  const { DATABASE_URL = "", DATABASE_HTTP_ENDPOINT, GATEWAY_ENCRYPTION_KEYS } = process.env;
  const saved = await saveNetwork(
    { DATABASE_URL, DATABASE_HTTP_ENDPOINT, GATEWAY_ENCRYPTION_KEYS },
    network.data,
  );
  if (!saved.ok) throw new PlainError(saved.message ?? "The network was not saved.");
  console.log(`${network.data.host} is kept.`);
}

try {
  await main();
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
