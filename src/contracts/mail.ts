import * as z from "zod";
import type { Outcome } from "#contracts/outcome";

/** An address as we send to it: what every mail server understands, no quotes, no comments, no line breaks, at most 254 characters. */
export const mailAddress = z
  .string()
  .max(254, "at most 254 characters")
  .regex(
    /^(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/,
    "is no mail address",
  )
  .transform((address) => address.toLowerCase());

/** One mail, in plain text: nothing in it can be taken for markup (threats row 9). */
export const outgoingMail = z.strictObject({
  /** The same mail keeps its id, so that asking twice sends once. */
  id: z.string().regex(/^[\w.-]{8,100}$/),
  to: mailAddress,
  /** One line. */
  subject: z
    .string()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}*$/u),
  text: z.string().min(1).max(10_000),
  /** Epoch milliseconds: what stands in it is worth nothing afterwards, so it is not sent any more. */
  usefulUntil: z.int().positive(),
});
export type OutgoingMail = z.infer<typeof outgoingMail>;

/** Mails of this house, in the only Worker that may speak to a mail server. */
export interface MailService {
  /** Whether a mail server is set up; `accept` refuses otherwise. */
  isSetUp(): Promise<boolean>;
  /**
   * Once it returns the mail is stored, sealed, and goes out, later if need be. Null goes the same way and is nobody's: whoever
   * measures how long an answer takes learns nothing.
   */
  accept(mail: OutgoingMail | null): Promise<Outcome<null>>;
}
