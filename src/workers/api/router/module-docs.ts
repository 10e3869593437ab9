import * as z from "zod";
import type { ModuleManifest } from "#contracts/module";

/** What a module says of itself, for the hub's page of it. */
export const moduleDocs = {
  description: z.string(),
  settings_schema: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe("JSON Schema of the settings, with their defaults; null for a module of others"),
  commands: z.array(
    z.object({
      command: z.string(),
      aliases: z.array(z.string()),
      description: z.string(),
      usage: z.string(),
      examples: z.array(z.string()),
      permission_level: z.string(),
    }),
  ),
  events: z.array(z.string()).describe("Types of events it reacts to"),
};

/** Read from the manifest, the one place where a module describes itself. */
export function describeModule(
  manifest: ModuleManifest | undefined,
): z.infer<z.ZodObject<typeof moduleDocs>> {
  if (!manifest) return { description: "", settings_schema: null, commands: [], events: [] };
  const { prefix, description, settings, commands, on } = manifest;
  return {
    description,
    settings_schema: { ...z.toJSONSchema(settings, { unrepresentable: "any", io: "input" }) },
    commands: commands.map((one) => ({
      command: prefix + one.name,
      aliases: (one.aliases ?? []).map((alias) => prefix + alias),
      description: one.description,
      usage: prefix + one.usage,
      examples: [...(one.examples ?? [])],
      permission_level: one.permissionLevel,
    })),
    events: [...on],
  };
}
