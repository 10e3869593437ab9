import type { ModuleResultInput } from "#contracts/module";
import type { Outcome } from "#contracts/outcome";
import { say } from "#module-kit/say";

export async function ping(): Promise<Outcome<ModuleResultInput>> {
  return say("Pong! I am listening.");
}
