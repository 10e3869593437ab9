import { Hono } from "hono";
import * as z from "zod";
import { remember } from "#simulators/bounded-map";
import type { Clock } from "#simulators/clock";
import { parseJson } from "#simulators/parse-json";
import type { Random } from "#simulators/random";
import type { SlackOutbox } from "#simulators/slack/outbox";

/** What a slash command may be answered with, at once or through its response_url. */
export const slashAnswer = z.object({
  text: z.string().optional(),
  response_type: z.enum(["ephemeral", "in_channel"]).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
});
export type SlashAnswer = z.infer<typeof slashAnswer>;

const maxUses = 5;
const lifetimeMs = 30 * 60_000;

interface Grant {
  channel: string;
  eventId: string;
  createdAt: number;
  uses: number;
  /** The message `replace_original` means: the latest one said for this command. */
  originalTs: string | undefined;
}

export interface ResponseUrls {
  routes: Hono;
  /** A new token for one command: the last part of its response_url. */
  issue(channel: string, eventId: string): string;
  /** Shows an answer; the inline one costs none of the five uses. False when it says nothing. */
  answer(token: string, answer: SlashAnswer): boolean;
}

/** Five uses within 30 minutes, whoever holds the token. */
export function makeResponseUrls(clock: Clock, random: Random, outbox: SlackOutbox): ResponseUrls {
  const grants = new Map<string, Grant>();

  const apply = (grant: Grant, answer: SlashAnswer): boolean => {
    const { text, replace_original, delete_original, response_type } = answer;
    if (delete_original && grant.originalTs) {
      outbox.remove(grant.originalTs);
      return true;
    }
    if (!text) return false;
    if (replace_original && grant.originalTs) {
      outbox.edit(grant.originalTs, { text });
      return true;
    }
    const isEphemeral = response_type !== "in_channel";
    grant.originalTs = outbox.say({ channel: grant.channel, text, isEphemeral, inReplyTo: grant.eventId });
    return true;
  };

  const routes = new Hono();
  routes.post("/:token", async (context) => {
    const grant = grants.get(context.req.param("token"));
    if (!grant) return context.json({ ok: false, error: "invalid_url" }, 404);
    if (clock.now() - grant.createdAt > lifetimeMs)
      return context.json({ ok: false, error: "expired_url" }, 404);
    if (grant.uses >= maxUses) return context.json({ ok: false, error: "used_url" }, 404);
    const body = slashAnswer.safeParse(parseJson(await context.req.text()));
    if (!body.success) return context.json({ ok: false, error: "invalid_payload" }, 400);
    grant.uses += 1;
    if (!apply(grant, body.data)) return context.json({ ok: false, error: "no_text" }, 400);
    return context.json({ ok: true });
  });

  return {
    routes,
    issue(channel, eventId) {
      const token = random.letters(48);
      const grant = { channel, eventId, createdAt: clock.now(), uses: 0, originalTs: undefined };
      remember<Grant>(grants, token, grant);
      return token;
    },
    answer(token, answer) {
      const grant = grants.get(token);
      return grant ? apply(grant, answer) : false;
    },
  };
}
