import { remember } from "#simulators/bounded-map";
import type { Clock } from "#simulators/clock";
import type { Random } from "#simulators/random";
import { type ModalView, readModal } from "#simulators/slack/block-limits";

/** A trigger may be exchanged once, within three seconds. */
const triggerMs = 3000;

export interface OpenModal {
  id: string;
  /** A person's Slack id. */
  user: string;
  view: ModalView;
}

export interface SlackViews {
  issueTrigger(user: string): string;
  /** `views.open`. */
  open(
    triggerId: string,
    view: unknown,
  ): { ok: true; id: string; view: ModalView } | { ok: false; error: string };
  /** What people see now, newest last. */
  modals(): readonly OpenModal[];
  find(id: string): OpenModal | undefined;
  close(id: string): void;
  /** The bot's answer to a form put another view in its place. False when Slack would not show it. */
  update(id: string, view: unknown): boolean;
}

export function makeSlackViews(clock: Clock, random: Random): SlackViews {
  const triggers = new Map<string, { user: string; at: number; isExchanged: boolean }>();
  let open: OpenModal[] = [];
  return {
    issueTrigger(user) {
      const id = `${clock.now()}.${random.int(1e9)}.${random.hex(32)}`;
      remember(triggers, id, { user, at: clock.now(), isExchanged: false });
      return id;
    },
    open(triggerId, raw) {
      const trigger = triggers.get(triggerId);
      if (!trigger) return { ok: false, error: "invalid_trigger_id" };
      if (clock.now() - trigger.at > triggerMs) return { ok: false, error: "expired_trigger_id" };
      if (trigger.isExchanged) return { ok: false, error: "exchanged_trigger_id" };
      const seen = readModal(raw);
      if (!seen.ok) return seen;
      trigger.isExchanged = true;
      const modal = { id: `V${random.letters(10)}`, user: trigger.user, view: seen.view };
      open.push(modal);
      return { ok: true, id: modal.id, view: modal.view };
    },
    modals: () => open,
    find: (id) => open.find((one) => one.id === id),
    close(id) {
      open = open.filter((one) => one.id !== id);
    },
    update(id, raw) {
      const modal = open.find((one) => one.id === id);
      const seen = readModal(raw);
      if (!modal || !seen.ok) return false;
      modal.view = seen.view;
      return true;
    },
  };
}
