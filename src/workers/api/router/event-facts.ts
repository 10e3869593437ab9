import type { MessageType } from "#contracts/event";
import type { EventRequest } from "#workers/api/router/event-request";

export interface EventFacts {
  /** Fields of the platform event beside those that all have. */
  fields: Record<string, unknown>;
  /** What the request should have said, in its own words. */
  missing: string[];
}

const tiers = { "1": "1", "2": "2", "3": "3", "1000": "1", "2000": "2", "3000": "3" } as const;

/** What an event of this type tells beyond who, where and when. */
export function eventFacts(type: MessageType, request: EventRequest): EventFacts {
  const { bits, minutes, amount, months, viewers } = request;
  const text = request.message_content ?? request.message ?? request.command;
  switch (type) {
    case "chatMessage":
      return needing({ message_content: text }, { text, messageId: request.message_id });
    case "app_mention":
      return needing({ message_content: text }, { text });
    case "slashCommand":
      return slash(request);
    case "interaction":
    case "button_click":
    case "select_menu":
    case "modal_submit":
      return needing(
        { custom_id: request.custom_id },
        { customId: request.custom_id, values: valuesOf(request) },
      );
    case "subscription":
    case "resub":
      return needing({}, { tier: tierOf(request), months, isGift: request.is_gift });
    case "subgift":
      return needing(
        {},
        { count: request.count ?? 1, tier: tierOf(request), isAnonymous: request.is_anonymous },
      );
    case "cheer":
      return needing({ bits }, { bits, isAnonymous: request.is_anonymous });
    case "raid":
    case "host":
      return needing({}, { viewers: viewers ?? 0 });
    case "donation":
      return needing(
        { amount },
        { amountMinor: Math.round((amount ?? 0) * 100), currency: request.currency ?? "USD" },
      );
    case "voice_time":
      return needing({ minutes }, { minutes });
    case "reaction": {
      const emoji = request.emoji ?? text?.slice(0, 255).toWellFormed();
      return needing({ emoji }, { emoji });
    }
    default:
      return needing({}, {});
  }
}

function needing(needed: Record<string, unknown>, fields: Record<string, unknown>): EventFacts {
  return {
    fields: present(fields),
    missing: Object.keys(needed).filter((name) => needed[name] === undefined),
  };
}

function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const tierOf = ({ tier }: EventRequest) => tier && tiers[tier];

/** `/so user:bob` is what chat would have said: `!so bob` (RTR-10). */
function slash({ command_name, options = [], interaction_id, message_content }: EventRequest): EventFacts {
  const values = (Array.isArray(options) ? options.map(({ value }) => value) : Object.values(options)).map(
    String,
  );
  const words = [`!${command_name?.replace(/^[!/]/, "")}`, ...values].join(" ").trim();
  const text = command_name === undefined ? message_content : words.slice(0, 5000).toWellFormed();
  return needing({ command_name: text }, { text, interactionId: interaction_id });
}

function valuesOf({ values = {} }: EventRequest): Record<string, string> {
  return Array.isArray(values)
    ? Object.fromEntries(values.map((value, index) => [String(index), value]))
    : values;
}
