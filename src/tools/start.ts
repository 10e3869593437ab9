import { explain } from "#tools/plain-error";
import { makeProgress } from "#tools/start/progress";
import { runStart } from "#tools/start/run-start";
import { killChildren, makeShutdown } from "#tools/start/shutdown";
import { parseStartArguments, startHelp } from "#tools/start/start-arguments";

/** What a stop may take; the promise is 5 s, and the rest is for killing what did not listen. */
const stopLimitMs = 4000;

const shutdown = makeShutdown();
const progress = makeProgress({
  write: (text) => process.stdout.write(text),
  isTerminal: process.stdout.isTTY === true,
  now: () => performance.now(),
});

async function main(): Promise<void> {
  const options = parseStartArguments(process.argv.slice(2));
  if (options.isHelp) {
    console.log(startHelp);
    return;
  }
  listenForTrouble();
  listenForStop();
  const block = await runStart(options, { shutdown, progress, env: process.env });
  if (!shutdown.isStopping()) progress.say(block);
}

/** Ends the process; nothing it started outlives it. */
async function stop(exitCode: number): Promise<never> {
  const hung = await shutdown.stop(stopLimitMs);
  if (hung.length > 0) progress.say(`Did not stop in time, killed: ${hung.join(", ")}`);
  killChildren();
  process.exit(exitCode);
}

function listenForStop(): void {
  const onSignal = () => {
    if (shutdown.isStopping()) {
      killChildren();
      process.exit(130);
    }
    progress.say("Stopping …");
    void stop(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  stopWithParent(onSignal);
}

/** Whatever goes wrong outside of the start itself must not leave processes behind. */
function listenForTrouble(): void {
  // Whoever read our output is gone (`npm start | head`): there is nobody to tell, and nothing else is wrong.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  process.on("uncaughtException", (error) => {
    console.error(explain(error));
    if (!shutdown.isStopping()) void stop(1);
  });
}

/** Whoever started us and was killed cannot tell us any more: without it nobody could press Ctrl-C. */
function stopWithParent(onGone: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    onGone();
  }, 500);
  watch.unref();
}

main().catch(async (error: unknown) => {
  // A step that fails while everything stops is no news.
  if (shutdown.isStopping()) return;
  console.error(explain(error));
  await stop(1);
});
