import { App, HTTPReceiver, LogLevel } from "@slack/bolt";
import * as z from "zod";
import { type Duties, openDuties } from "#test/bench/duties";
import { pingReply } from "#test/bench/ping-reply";

const settings = z.object({ signingSecret: z.string(), databaseUrl: z.string().optional() });

/**
 * The usual way to answer a slash command in Node: Bolt verifies the signature, the reply comes from memory; or, where a database
 * is given, after it was made sure that this is no duplicate and within its person's limit, and written down.
 */
process.once("message", async (message) => {
  const { signingSecret, databaseUrl } = settings.parse(message);
  const duties: Duties | undefined = databaseUrl === undefined ? undefined : await openDuties(databaseUrl);
  const logLevel = LogLevel.ERROR;
  const receiver = new HTTPReceiver({ signingSecret, endpoints: ["/webhooks/slack"], logLevel });
  const authorize = async () => ({ botToken: "none", botId: "B0BENCH", botUserId: "U0BENCH" });
  const app = new App({ receiver, authorize, logLevel });
  app.command("/waddlebot", async ({ ack, body }) => {
    if (duties && !(await duties.begin(body.trigger_id, `${body.channel_id}/${body.user_id}`))) return ack();
    await duties?.finish(body.trigger_id, body.user_id, "ping");
    await ack({ response_type: "in_channel", text: pingReply });
  });
  const server = await app.start({ port: 0, host: "127.0.0.1" });
  const address = server.address();
  process.send?.({ port: typeof address === "object" && address ? address.port : 0 });
});
process.once("disconnect", () => process.exit(0));
