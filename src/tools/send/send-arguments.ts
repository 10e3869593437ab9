import { parseArgs } from "node:util";
import * as z from "zod";
import { simulatedPlatforms } from "#simulators/demo";
import { eventInput } from "#simulators/rehearsal-input";
import { type Viewer, viewers } from "#simulators/viewers";
import { PlainError } from "#tools/plain-error";

const eventKind = eventInput.shape.kind;

export const sendHelp = `npm run send -- PLATFORM TEXT       say a line on a simulated platform, for example
                                    npm run send -- twitch "!quote 3"
npm run send -- twitch --event KIND let something happen there: ${eventKind.options.join(", ")}

--as VIEWER   who does it: ${listOf(viewers.map(({ id }) => id))} (default ada)
--port N      where npm start listens (default 8787)

The platform signs it and sends it to the edge as the real one would. What the bot made of it is printed.`;

export interface SendOrder {
  port: number;
  platform: (typeof simulatedPlatforms)[number];
  viewer: Viewer;
  what: { text: string } | { kind: z.infer<typeof eventKind> };
}

/** Reads what stands behind `npm run send --`. What cannot be sent is refused with a sentence. */
export function parseSendArguments(args: readonly string[]): SendOrder | "help" {
  const { values, positionals } = readFlags(args);
  const [platform, ...words] = positionals;
  if (values.help || platform === undefined) return "help";
  const { port = "8787", as = "ada", event } = values;
  const seenPort = z.coerce.number().int().min(1).max(65_535).safeParse(port);
  if (!seenPort.success) throw new PlainError(`--port wants a number from 1 to 65535, not "${port}".`);
  const seenPlatform = z.enum(simulatedPlatforms).safeParse(platform);
  if (!seenPlatform.success) {
    throw new PlainError(
      `There is no simulated platform "${platform}": choose ${listOf(simulatedPlatforms)}.`,
    );
  }
  const viewer = viewers.find(({ id }) => id === as.toLowerCase());
  if (!viewer) {
    throw new PlainError(`No demo viewer is called "${as}": choose ${listOf(viewers.map(({ id }) => id))}.`);
  }
  const order = { port: seenPort.data, platform: seenPlatform.data, viewer };
  const text = words.join(" ").trim();
  return { ...order, what: event === undefined ? readText(text) : readEvent(event, text, order.platform) };
}

function readText(text: string): SendOrder["what"] {
  if (text === "") throw new PlainError('There is nothing to say: npm run send -- twitch "!quote 3"');
  return { text };
}

function readEvent(event: string, text: string, platform: string): SendOrder["what"] {
  if (text !== "") throw new PlainError("Either a text or --event: one thing is sent at a time.");
  if (platform !== "twitch") throw new PlainError("--event happens on twitch only.");
  const kind = eventKind.safeParse(event);
  if (!kind.success) {
    throw new PlainError(`There is no event "${event}": choose ${listOf(eventKind.options)}.`);
  }
  return { kind: kind.data };
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: "string" },
        as: { type: "string" },
        event: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new PlainError(`${reason}: see npm run send -- --help`);
  }
}

function listOf(names: readonly string[]): string {
  return new Intl.ListFormat("en", { type: "disjunction" }).format(names);
}
