import { setTimeout as sleep } from "node:timers/promises";
import { explain } from "#tools/plain-error";
import { parseSendArguments, sendHelp } from "#tools/send/send-arguments";
import { sendOne } from "#tools/send/send-one";

async function main(): Promise<void> {
  const order = parseSendArguments(process.argv.slice(2));
  if (order === "help") {
    console.log(sendHelp);
    return;
  }
  const outside = { fetch, sleep, now: () => performance.now(), write: (line: string) => console.log(line) };
  const isHandled = await sendOne(order, new URL(`http://127.0.0.1:${order.port}`), outside);
  if (!isHandled) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
