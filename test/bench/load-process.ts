import { writeRequest } from "#test/bench/http-connection";
import { type LoadJob, type LoadReport, loadJob } from "#test/bench/load-job";
import { runLoad } from "#test/bench/run-load";
import { discordCommands, type RequestFacts, slackSlashes, twitchLines } from "#test/bench/signed-requests";
import { percentile } from "#test/bench/statistics";

/**
 * The load generator, a process of its own: what it costs is the same for all who are asked.
 * Two messages make a job: the job itself, answered by `ready`, then anything to start the clock.
 */
function prepare(job: LoadJob): Buffer[] {
  const { channels, run, secrets } = job;
  // So many people that no one of them meets the limit of 60 commands a minute.
  const facts: RequestFacts = { channels, run, people: 999, count: job.warmUp + job.count, now: Date.now() };
  const signed = {
    slack: () => slackSlashes(secrets.slack, facts),
    discord: () => discordCommands(secrets.discord, facts),
    twitch: () => twitchLines(secrets.twitch, facts, (index) => `a plain line, number ${index}`),
  };
  const url = new URL(job.url);
  return signed[job.kind]().map(({ headers, body }) => writeRequest(url, headers, body));
}

async function run(job: LoadJob): Promise<void> {
  const requests = prepare(job);
  const { connections, expected } = job;
  // Twitch is answered without words: that it is stored is the whole answer.
  const status = job.kind === "twitch" ? 204 : 200;
  const load = { url: new URL(job.url), connections, expected, status };
  const warm = await runLoad({ ...load, requests: requests.slice(0, job.warmUp) });
  const go = new Promise<void>((resolve) => process.once("message", () => resolve()));
  report({ type: "ready" });
  await go;
  const result = await runLoad({ ...load, requests: requests.slice(job.warmUp) });
  const firstFailure = warm.firstFailure ?? result.firstFailure;
  report({
    type: "done",
    perSecond: job.count / result.seconds,
    p50Ms: percentile(result.latencies, 50),
    p99Ms: percentile(result.latencies, 99),
    failures: warm.failures + result.failures,
    ...(firstFailure === undefined ? {} : { firstFailure }),
  });
}

function report(message: LoadReport): void {
  process.send?.(message);
}

async function serve(): Promise<void> {
  for (;;) {
    const message = await new Promise<unknown>((resolve) => process.once("message", resolve));
    await run(loadJob.parse(message));
  }
}

process.once("disconnect", () => process.exit(0));
await serve();
