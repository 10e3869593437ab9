import type * as z from "zod";
import type { permissionLevel } from "#contracts/role";

/** A command as its module declares it. */
export interface CommandManifest {
  name: string;
  aliases?: readonly string[];
  handler: string;
  description: string;
  /** Without the prefix: `quote add "text" [author]`. */
  usage: string;
  examples?: readonly string[];
  permissionLevel: z.infer<typeof permissionLevel>;
  cooldownSeconds?: number;
}
