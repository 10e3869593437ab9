import type { Execution } from "#contracts/execution";
import type { Texts } from "#hub/texts/en.ts";

function explainSuccess(execution: Execution, silence: Texts["silence"]): string {
  const chat = execution.responses.filter((response) => response.type === "chat");
  if (chat.length === 0) return execution.responses.length > 0 ? silence.overlayOnly : silence.quiet;
  if (chat.some((response) => response.state === "failed")) return silence.undelivered;
  if (chat.some((response) => response.state === "unknown")) return silence.uncertain;
  return silence.onItsWay;
}

function explainIgnored(execution: Execution, silence: Texts["silence"]): string {
  if (execution.trigger.kind === "none") return silence.plain;
  return execution.trigger.kind === "command" ? silence.unknownCommand : silence.event;
}

function explainRefused(execution: Execution, silence: Texts["silence"]): string {
  switch (execution.code) {
    case "not_found":
      return execution.trigger.kind === "command" ? silence.unknownCommand : silence.refused;
    case "forbidden":
    case "unauthenticated":
      return silence.forbidden;
    case "cooldown":
      return silence.cooldown;
    case "rate_limited":
      return silence.rate_limited;
    case "disabled":
      return silence.disabled;
    case "timeout":
      return silence.timeout;
    default:
      return silence.refused;
  }
}

/** One sentence for a person: why nothing was said in chat. The bot's own words to people win over ours. */
export function explainSilence(execution: Execution, texts: Texts): string {
  if (execution.status === "success") return explainSuccess(execution, texts.silence);
  if (execution.status === "ignored") return explainIgnored(execution, texts.silence);
  if (execution.message !== null && execution.message !== "") return execution.message;
  if (execution.status === "refused") return explainRefused(execution, texts.silence);
  return execution.code === "timeout" ? texts.silence.timeout : texts.silence.failed;
}

/** One bar of the time line, in percent of the whole. */
export interface Bar {
  name: string;
  ms: number;
  offset: number;
  width: number;
}

/** Lays the steps one after the other. Clocks of the Workers runtime stand still while computing, so 0 ms is common. */
export function layBars(steps: Execution["steps"]): Bar[] {
  const total = steps.reduce((sum, step) => sum + step.ms, 0);
  let passed = 0;
  return steps.map(({ name, ms }) => {
    const offset = total === 0 ? 0 : (passed / total) * 100;
    passed += ms;
    return { name, ms, offset, width: total === 0 ? 0 : (ms / total) * 100 };
  });
}

/** `12 ms`, `1.4 ms`, `< 1 ms`: a zero would claim more than was measured. */
export function sayMs(ms: number, language: string): string {
  if (ms < 1) return "< 1 ms";
  return `${ms.toLocaleString(language, { maximumFractionDigits: ms < 10 ? 1 : 0 })} ms`;
}
