import { remember } from "#simulators/bounded-map";
import type { Clock } from "#simulators/clock";
import type { DiscordOutbox } from "#simulators/discord/outbox";
import { ephemeralFlag, type InteractionAnswer, type MessageBody } from "#simulators/discord/wire";

/** A token answers for 15 minutes once the first answer came in time. */
const tokenLifetimeMs = 15 * 60_000;

interface Interaction {
  id: string;
  eventId: string;
  channelId: string;
  createdAt: number;
  state: "waiting" | "deferred" | "answered" | "dead";
  originalId: string | undefined;
  settled: Promise<void>;
  settle(): void;
}

export interface Interactions {
  open(interaction: { id: string; token: string; eventId: string; channelId: string }): void;
  /** The first answer. False when one was given already or the time is over. */
  answer(token: string, answer: InteractionAnswer): boolean;
  /** No answer came in time: the token is worthless from now on. */
  expire(token: string): void;
  /** Still waiting for the first answer. */
  isOpen(id: string, token: string): boolean;
  isAnswered(token: string): boolean;
  /** Waits for the first answer; undefined when the token is unknown or dead. */
  find(token: string): Promise<Interaction | undefined>;
  /** A further message; the first one after a deferral fills the placeholder. Returns the message's id. */
  followUp(interaction: Interaction, body: MessageBody): string;
  /** `@original` stands for the first answer. */
  resolveId(interaction: Interaction, idOrOriginal: string): string;
  /** Fills the placeholder or replaces the words. False for a message that is not there. */
  edit(interaction: Interaction, idOrOriginal: string, body: MessageBody): boolean;
}

export function makeInteractions(clock: Clock, outbox: DiscordOutbox): Interactions {
  const byToken = new Map<string, Interaction>();

  const resolveId = ({ originalId }: Interaction, id: string) =>
    id === "@original" ? (originalId ?? "") : id;
  const edit = (interaction: Interaction, idOrOriginal: string, body: MessageBody) => {
    const id = resolveId(interaction, idOrOriginal);
    if (id === interaction.originalId) interaction.state = "answered";
    return outbox.edit(id, body);
  };

  return {
    resolveId,
    edit,
    open({ token, ...rest }) {
      const { promise, resolve } = Promise.withResolvers<void>();
      remember<Interaction>(byToken, token, {
        ...rest,
        createdAt: clock.now(),
        state: "waiting",
        originalId: undefined,
        settled: promise,
        settle: resolve,
      });
    },
    answer(token, answer) {
      const interaction = byToken.get(token);
      if (interaction?.state !== "waiting") return false;
      const { channelId, eventId } = interaction;
      interaction.state = answer.type === 5 ? "deferred" : "answered";
      if (answer.type === 4 || answer.type === 7) {
        interaction.originalId = outbox.say({ channelId, body: answer.data, inReplyTo: eventId });
      }
      if (answer.type === 5) {
        const isEphemeral = ((answer.data?.flags ?? 0) & ephemeralFlag) !== 0;
        interaction.originalId = outbox.placeholder(channelId, eventId, isEphemeral);
      }
      interaction.settle();
      return true;
    },
    expire(token) {
      const interaction = byToken.get(token);
      if (interaction?.state !== "waiting") return;
      interaction.state = "dead";
      interaction.settle();
    },
    isOpen(id, token) {
      const interaction = byToken.get(token);
      return interaction?.id === id && interaction.state === "waiting";
    },
    isAnswered(token) {
      const state = byToken.get(token)?.state;
      return state === "answered" || state === "deferred";
    },
    async find(token) {
      const interaction = byToken.get(token);
      // A quick follow-up may overtake the answer it belongs to.
      await interaction?.settled;
      if (!interaction || interaction.state === "dead") return undefined;
      return clock.now() - interaction.createdAt > tokenLifetimeMs ? undefined : interaction;
    },
    followUp(interaction, body) {
      const { state, originalId, channelId, eventId } = interaction;
      if (state === "deferred" && originalId) {
        edit(interaction, originalId, body);
        return originalId;
      }
      return outbox.say({ channelId, body, inReplyTo: eventId });
    },
  };
}
