import * as z from "zod";

/** Addresses of ours that are no pages. */
const noPage =
  /^\/(?:api|router|oauth|auth|webhooks?|interactions|gateway|overlay|graphql|metrics|docs|openapi)(?:\/|$)/;

/**
 * Where a person may be sent after signing in: a page of this hub, by its path alone (threats row 14). Letters, digits, `_`
 * and `-` between single slashes leave no way to another host.
 */
export const returnPath = z
  .string()
  .max(200)
  .regex(/^\/(?:[A-Za-z0-9_-]+\/?)*$/, "is no page of this hub")
  .refine((path) => !noPage.test(path), "is no page of this hub");
