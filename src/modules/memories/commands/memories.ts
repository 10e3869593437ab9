import type { Invocation, ModuleResultInput } from "#contracts/module";
import type { Outcome } from "#contracts/outcome";
import { answer, type QuoteDeps } from "#modules/memories/commands/quote";
import { parseMemoriesRequest } from "#modules/memories/rules";

/** `!memories`: the longer form of the same store (90-decisions C-13). */
export async function memories(invocation: Invocation, deps: QuoteDeps): Promise<Outcome<ModuleResultInput>> {
  const usage =
    'Use: !memories add quote "text" [author], list, search "term", get <number>, delete <number>, quotes';
  return answer(parseMemoriesRequest(invocation.argsText), usage, invocation, deps);
}
