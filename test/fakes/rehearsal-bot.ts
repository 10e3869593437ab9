import type { Execution } from "#contracts/execution";

/** What the fake stage was told. */
export interface Said {
  platform: string;
  viewer: string;
  text: string;
}

export interface Verdict {
  reply?: string;
  ephemeral?: boolean;
  facts: Partial<Execution>;
}

const everyone = { required: "everyone", actual: "member", isAllowed: true, because: "everyone may" };
const steps = [
  { name: "inbox", ms: 1.2 },
  { name: "plan", ms: 0.3 },
  { name: "module", ms: 8.6 },
  { name: "outbox", ms: 2.4 },
];

function answered(module: string, handler: string, reply: string): Verdict {
  return { reply, facts: { module, handler, rights: everyone, steps, status: "success" } };
}

/** A bot small enough to read: just what the Rehearsal page has to be able to show. */
export function judge(said: Said, quotes: string[]): Verdict {
  if (!said.text.startsWith("!")) {
    return {
      facts: { trigger: { kind: "none", text: said.text }, status: "ignored", steps: steps.slice(0, 2) },
    };
  }
  const added = /^!quote add "(?<words>.+)"(?: (?<author>.+))?$/.exec(said.text)?.groups;
  if (added !== undefined) {
    quotes.push(`“${added.words}” — ${added.author ?? "unknown"}`);
    return answered("quotes", "add", `Added quote #${quotes.length}.`);
  }
  if (said.text === "!quote")
    return answered("quotes", "random", quotes.at(-1) ?? "There are no quotes yet.");
  if (said.text === "!help") {
    return { ...answered("core", "help", "I know: !help, !ping, !stats, !quote, !alias"), ephemeral: true };
  }
  if (said.text.startsWith("!alias") && said.viewer !== "ada") {
    const rights = {
      required: "moderator",
      actual: "member",
      isAllowed: false,
      because: "no role above viewer",
    };
    const message = "Only moderators can change aliases.";
    return { facts: { module: "alias", rights, status: "refused", code: "forbidden", message, steps } };
  }
  return { facts: { status: "ignored", steps: steps.slice(0, 2) } };
}

/** Completes a verdict to the record the bot would keep. */
export function recordOf(eventId: string, entityId: string, said: Said, verdict: Verdict): Execution {
  const state = "sent" as const;
  const reply = {
    key: `${eventId}:0`,
    type: "chat",
    text: verdict.reply ?? "",
    state,
    platformMessageIds: [`p-${eventId}`],
  };
  return {
    id: `x-${eventId}`,
    eventId,
    entityId,
    communityId: 2,
    sessionId: "s1",
    correlationId: "c1",
    messageType: "chatMessage",
    user: { id: said.viewer, name: said.viewer, role: "member" },
    trigger: { kind: "command", text: said.text },
    rights: null,
    module: null,
    handler: null,
    status: "success",
    code: null,
    message: null,
    steps: [],
    responses: verdict.reply === undefined ? [] : [reply],
    calls: [],
    retryCount: 0,
    rules: [],
    chain: [],
    startedAt: 0,
    finishedAt: 12,
    ...verdict.facts,
  };
}
