import * as z from "zod";

/** A snowflake: digits only, so that it can be nothing else in a path. */
export const snowflake = z.string().regex(/^\d{1,20}$/, "a Discord id: 1 to 20 digits");
/** Shown in the guild's audit log. */
export const reason = z.string().trim().min(1).max(128).optional();
/** A message's content (Create Message). */
export const content = z.string().trim().min(1).max(2000);

/** As Discord takes it: a custom emoji is `name:id`, any other is itself. */
export const emoji = z
  .string()
  .min(1)
  .max(100)
  .regex(/^(?:[\w~]{2,32}:\d{1,20}|[^\s:/?#]{1,32})$/u, "an emoji, or name:id of a custom one");

/** Bounds of Embed Limits; the sum over an embed is 6,000. */
export const embed = z
  .object({
    title: z.string().max(256).optional(),
    description: z.string().max(4096).optional(),
    url: z
      .url({ protocol: /^https$/ })
      .max(2000)
      .optional(),
    color: z.int().min(0).max(0xffffff).optional(),
    footer: z.string().max(2048).optional(),
    image: z
      .url({ protocol: /^https$/ })
      .max(2000)
      .optional(),
    fields: z
      .array(
        z.object({
          name: z.string().min(1).max(256),
          value: z.string().min(1).max(1024),
          inline: z.boolean().default(false),
        }),
      )
      .max(25)
      .default([]),
  })
  .refine(({ title, description, fields }) => Boolean(title || description || fields.length), "is empty")
  .refine(
    ({ title = "", description = "", footer = "", fields }) =>
      title.length +
        description.length +
        footer.length +
        fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0) <=
      6000,
    "holds more than 6000 characters",
  );

/** An embed as Discord writes it. */
export function embedOnWire({ footer, image, ...rest }: z.infer<typeof embed>): object {
  return {
    ...rest,
    ...(footer === undefined ? {} : { footer: { text: footer } }),
    ...(image === undefined ? {} : { image: { url: image } }),
  };
}
