import { Hono } from "hono";
import * as z from "zod";
import { parseJson } from "#simulators/parse-json";

const commandNamePattern = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const option = z.object({
  type: z.int().min(1).max(11),
  name: z.string().regex(commandNamePattern),
  description: z.string().min(1).max(100),
  required: z.boolean().optional(),
  autocomplete: z.boolean().optional(),
});
const commandList = z
  .array(
    z.object({
      name: z
        .string()
        .regex(commandNamePattern)
        .refine((name) => name === name.toLowerCase()),
      type: z.literal(1).default(1),
      description: z.string().min(1).max(100),
      options: z.array(option).max(25).optional(),
    }),
  )
  .max(100)
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length);
type Command = z.infer<typeof commandList>[number];

export interface CommandBook {
  routes: Hono;
  /** What people see when they type a slash. */
  list(): readonly Command[];
  /** How often the list was overwritten. */
  writes(): number;
}

/** The application's global commands. Everything in the list is written anew by a bulk overwrite. */
export function makeCommandBook(applicationId: string, makeId: () => string): CommandBook {
  let commands: (Command & { id: string })[] = [];
  let writes = 0;
  const shown = () =>
    commands.map(({ options, ...command }) => ({
      ...command,
      application_id: applicationId,
      default_member_permissions: null,
      version: "1",
      nsfw: false,
      ...(options?.length ? { options } : {}),
    }));
  const routes = new Hono();
  routes.get("/:application/commands", (context) => context.json(shown()));
  routes.put("/:application/commands", async (context) => {
    const body = commandList.safeParse(parseJson(await context.req.text()));
    if (!body.success || context.req.param("application") !== applicationId)
      return context.json({ message: "Invalid Form Body", code: 50_035 }, 400);
    const known = new Map(commands.map(({ name, id }) => [name, id]));
    commands = body.data.map((command) => ({ ...command, id: known.get(command.name) ?? makeId() }));
    writes += 1;
    return context.json(shown());
  });
  return { routes, list: () => commands, writes: () => writes };
}
