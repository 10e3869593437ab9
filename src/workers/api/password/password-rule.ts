import * as z from "zod";

/** Longer ones are refused before they are hashed: hashing costs us more than typing costs them. */
export const longestPassword = 128;
const kinds: readonly [RegExp, string][] = [
  [/\p{Lu}/u, "a capital letter"],
  [/\p{Ll}/u, "a small letter"],
  [/\p{Nd}/u, "a digit"],
  [/[^\p{L}\p{Nd}]/u, "a sign that is neither"],
];

/** One that is typed to be compared; whatever rule it was made under. */
export const typedPassword = z.string().min(1).max(longestPassword, `at most ${longestPassword} characters`);

/** A new one (80-details §2.5): 8 characters or more, of four kinds. */
export const newPassword = z
  .string()
  .min(8, "at least 8 characters")
  .max(longestPassword, `at most ${longestPassword} characters`)
  .superRefine((password, context) => {
    const missing = kinds.filter(([kind]) => !kind.test(password)).map(([, name]) => name);
    if (missing.length > 0) context.addIssue({ code: "custom", message: `needs ${missing.join(", ")}` });
  });
