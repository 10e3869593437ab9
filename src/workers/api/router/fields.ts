import * as z from "zod";

/** Text that Postgres can hold. A body is checked as a whole before; a query is not. */
export function line(max: number, min = 1) {
  return z
    .string()
    .min(min)
    .max(max)
    .refine((text) => text.isWellFormed() && !text.includes("\0"), "holds characters that cannot be stored");
}

export const entityIdField = line(1024, 3);
export const rowId = z.int().min(1).max(2_147_483_647);
/** The same in an address. */
export const rowIdText = z.coerce.number().int().min(1).max(2_147_483_647);
export const flag = z.enum(["true", "false"]).transform((text) => text === "true");
export const limitText = (most: number, usual: number) =>
  z.coerce.number().int().min(1).max(most).default(usual);
export const moment = z.iso.datetime({ offset: true });
