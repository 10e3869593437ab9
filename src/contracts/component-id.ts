import * as z from "zod";

/**
 * What a button, menu or form carries: `module:action:context`; the context may itself contain `:`. At most 100
 * characters, the shortest bound of any platform (Discord). Written by us, but sent back by clients: it proves nothing.
 */
export const componentId = z
  .string()
  .max(100)
  .regex(/^[a-z][a-z0-9-]{0,31}:[a-z][a-z0-9_-]{0,31}(:.*)?$/s, "module:action:context");
