import type { Random } from "#simulators/random";

/** One thing the bot did to a channel, as Helix took it. */
export interface DoneAction {
  method: string;
  path: string;
  /** Whose token it was done with. */
  userId: string;
  query: Record<string, string>;
  body: unknown;
}

interface Vote {
  id: string;
  kind: "poll" | "prediction";
  status: string;
  choices: { id: string; title: string }[];
}

/** What the channels of the simulation look like by now. */
export interface ActionState {
  done: DoneAction[];
  banned: Set<string>;
  moderators: Set<string>;
  vips: Set<string>;
  votes: Map<string, Vote>;
  raids: Map<string, string>;
  live: Set<string>;
  channels: Map<string, { title: string; gameId: string }>;
  startVote(broadcaster: string, kind: Vote["kind"], titles: readonly string[]): Vote | undefined;
  newId(): string;
}

/** Two parts of a key that holds of one person in one channel. */
export const at = (broadcaster: string, user: string) => `${broadcaster}/${user}`;

export function makeActionState(random: Random): ActionState {
  const votes = new Map<string, Vote>();
  return {
    done: [],
    banned: new Set(),
    moderators: new Set(),
    vips: new Set(),
    votes,
    raids: new Map(),
    live: new Set(),
    channels: new Map(),
    newId: random.uuid,
    startVote(broadcaster, kind, titles) {
      const key = at(broadcaster, kind);
      const running = votes.get(key)?.status;
      if (running === "ACTIVE" || running === "LOCKED") return undefined;
      const choices = titles.map((title) => ({ id: random.uuid(), title }));
      const vote = { id: random.uuid(), kind, status: "ACTIVE", choices };
      votes.set(key, vote);
      return vote;
    },
  };
}
