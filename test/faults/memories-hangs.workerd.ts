import type { Invocation, ModuleResult } from "#contracts/module";
import type { Outcome } from "#contracts/outcome";
import { makeModuleWorker } from "#module-kit/worker";
import { memories } from "#modules/memories/module";

const Memories = makeModuleWorker(memories);
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The real module, but `!quote hang <epoch milliseconds>` is not answered before that time. */
export default class extends Memories {
  override async invoke(invocation: Invocation): Promise<Outcome<ModuleResult>> {
    const [word, until] = invocation.args;
    if (word === "hang") await pause(Math.max(0, Number(until) - Date.now()));
    return super.invoke(invocation);
  }
}
