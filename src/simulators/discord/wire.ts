import * as z from "zod";

/** What the bot may say, in an answer, a follow-up or a channel. */
export const messageBody = z.object({
  content: z.string().nullish(),
  embeds: z
    .array(z.object({ title: z.string().optional(), description: z.string().optional() }))
    .max(10)
    .optional(),
  flags: z.int().optional(),
  nonce: z.union([z.string().max(25), z.int()]).optional(),
  enforce_nonce: z.boolean().optional(),
  allowed_mentions: z
    .object({ parse: z.array(z.string()).optional(), users: z.array(z.string()).optional() })
    .nullish(),
  message_reference: z.object({ message_id: z.string() }).optional(),
});
export type MessageBody = z.infer<typeof messageBody>;

const modal = z.object({
  custom_id: z.string().min(1).max(100),
  title: z.string().min(1).max(45),
  components: z.array(z.unknown()).min(1).max(5),
});
const choices = z.object({
  choices: z.array(z.object({ name: z.string().max(100), value: z.union([z.string(), z.number()]) })).max(25),
});

/** The answer to an interaction. */
export const interactionAnswer = z.discriminatedUnion("type", [
  z.object({ type: z.literal(1) }),
  z.object({ type: z.literal(4), data: messageBody }),
  z.object({ type: z.literal(5), data: z.object({ flags: z.int().optional() }).optional() }),
  z.object({ type: z.literal(6) }),
  z.object({ type: z.literal(7), data: messageBody }),
  z.object({ type: z.literal(8), data: choices }),
  z.object({ type: z.literal(9), data: modal }),
]);
export type InteractionAnswer = z.infer<typeof interactionAnswer>;

export const ephemeralFlag = 64;
/** On a placeholder, as long as the bot "is thinking". */
export const loadingFlag = 128;

/** Longest content, in characters. */
export const maxContentLength = 2000;

/** A person reads the content, and the words of embeds. */
export function textOf({ content, embeds = [] }: MessageBody): string {
  const words = embeds.flatMap(({ title, description }) => [title, description]);
  return [content, ...words].filter(Boolean).join("\n");
}

/** Undefined when the content is fine, else Discord's code and words. */
export function contentProblem(body: MessageBody): { code: number; message: string } | undefined {
  const text = textOf(body);
  if (!text) return { code: 50_006, message: "Cannot send an empty message" };
  if ([...(body.content ?? "")].length > maxContentLength)
    return { code: 50_035, message: "Invalid Form Body" };
  return undefined;
}

/** Nobody may be woken by accident: `parse` must be there and empty. */
export function mentionProblem({ allowed_mentions: allowed }: MessageBody): string | undefined {
  if (allowed?.parse?.length === 0) return undefined;
  return allowed?.parse
    ? `allowed_mentions.parse is ${allowed.parse.join(", ")}`
    : "allowed_mentions.parse is missing";
}
