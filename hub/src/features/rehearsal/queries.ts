import { queryOptions, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Execution } from "#contracts/execution";
import { ask } from "#hub/api/ask.ts";
import type { Answer } from "#hub/api/problem.ts";
import { type EventKey, linkCandidates, linkReplies } from "./links.ts";
import {
  eventAnswer,
  type RehearsalMessage,
  rehearsalState,
  type StageEvent,
  type StagePlatform,
  sayAnswer,
} from "./wire.ts";

export const stateKey = ["rehearsal", "state"] as const;
const retryStateMs = 3000;

/** The stage as it stands. A stage that does not answer is asked again; one that is not there is not. */
export function useStageState() {
  return useQuery({
    queryKey: stateKey,
    queryFn: () => ask({ url: "/rehearsal/state", schema: rehearsalState }),
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && !data.ok && data.problem.kind !== "absent" ? retryStateMs : false,
  });
}

export function postSay(line: { platform: StagePlatform; viewer: string; text: string }) {
  return ask({ url: "/rehearsal/say", schema: sayAnswer, body: line });
}

/** `amount` is raiders or bits. Only Twitch has these events. */
export function postEvent(event: { viewer: string; kind: StageEvent; amount?: number }) {
  return ask({ url: "/rehearsal/event", schema: eventAnswer, body: { platform: "twitch", ...event } });
}

/** Undefined: the bot has not written its record yet, or no longer has it. */
export type Why = Answer<Execution | undefined>;

async function fetchWhy(eventId: string, entityId: string): Promise<Why> {
  // Large, and not needed before the bot has answered something.
  const { execution } = await import("#contracts/execution");
  const answer = await ask({
    url: `/rehearsal/why?${new URLSearchParams({ eventId, entityId })}`,
    schema: execution,
  });
  return !answer.ok && answer.problem.kind === "absent" ? { ok: true, value: undefined } : answer;
}

const pollMs = 400;
const pollLimit = 13;

/** A record may still change while its replies are on the way. */
function isSettled(why: Why): boolean {
  if (!why.ok) return true;
  return why.value?.responses.every(({ state }) => state !== "new" && state !== "sending") ?? false;
}

function shouldPoll(why: Why | undefined, polls: number): boolean {
  return why === undefined || (!isSettled(why) && polls < pollLimit);
}

function whyOptions({ eventId, entityId }: EventKey) {
  return queryOptions({
    queryKey: ["rehearsal", "why", entityId, eventId],
    queryFn: () => fetchWhy(eventId, entityId),
    refetchInterval: ({ state }) => (shouldPoll(state.data, state.dataUpdateCount) ? pollMs : false),
  });
}

/** The bot's messages with what they answer, asked from its records where the platform does not tell. */
export function useLinkedMessages(messages: readonly RehearsalMessage[]): readonly RehearsalMessage[] {
  const answers = useQueries({ queries: linkCandidates(messages).map(whyOptions) });
  const records = answers.flatMap(({ data }) => (data?.ok && data.value !== undefined ? data.value : []));
  return linkReplies(messages, records);
}

/** Asks until the record is there and settled, for about 5 s. */
export function useWhy(key: EventKey, isWanted: boolean) {
  const options = whyOptions(key);
  const query = useQuery({ ...options, enabled: isWanted });
  const polls = useQueryClient().getQueryState(options.queryKey)?.dataUpdateCount ?? 0;
  const isLooking = query.isFetching || shouldPoll(query.data, polls);
  return { why: query.data, isLooking, lookAgain: query.refetch };
}
