import type { Execution } from "#contracts/execution";

type Response = Execution["responses"][number];

const chatStates: Record<Response["state"], string> = {
  inline: "",
  sent: "",
  new: " (still waiting to be sent)",
  sending: " (on its way)",
  unknown: " (nobody confirmed that it arrived)",
  failed: " (the platform did not take it)",
};

/** True when nothing more will come of it. */
export function isSettled({ responses }: Execution): boolean {
  return responses.every(({ state }) => state !== "new" && state !== "sending");
}

/** What the bot did and why, a line each, in words for people. `name` is whose doing it was: not every platform tells. */
export function describeExecution(execution: Execution, name: string): string[] {
  const { trigger, module, rights, user, startedAt, finishedAt, responses } = execution;
  const lines = responses.map(describeResponse);
  if (!responses.some(({ type }) => type === "chat")) lines.push(describeSilence(execution));
  const what = trigger.kind === "none" ? "plain chat" : trigger.text || trigger.kind;
  const whose = module === null ? "" : `, answered by ${module}`;
  const forWhom = rights ? describeNeed(rights.required) : "";
  const because = rights ? ` (${rights.because})` : "";
  const time = describeTime(finishedAt - startedAt);
  return [...lines, `Why: ${what}${whose}${forWhom}. ${name}: ${user.role}${because}. ${time}`];
}

function describeResponse({ type, text, state }: Response): string {
  return type === "chat" ? `WaddleBot: ${text}${chatStates[state]}` : `Overlay (${type}): ${text}`;
}

/** The bot's own words to people win over ours. */
function describeSilence({ status, message, responses }: Execution): string {
  if (status === "success" && responses.length > 0) return "WaddleBot says nothing in chat.";
  if (status === "success") return "WaddleBot did it and says nothing.";
  const fallback = status === "failed" ? "something went wrong on its side" : "nothing reacts to this";
  return `WaddleBot says nothing: ${message || fallback}`;
}

function describeNeed(required: string): string {
  return required === "everyone" ? ", open to everyone" : `, for ${required}s and above`;
}

function describeTime(ms: number): string {
  return ms < 1 ? "It took less than 1 ms." : `It took ${ms} ms.`;
}
