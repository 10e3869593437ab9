import { App, HTTPReceiver, LogLevel } from "@slack/bolt";
import * as z from "zod";
import { pingReply } from "#test/bench/ping-reply";

/** The usual way to answer a slash command in Node: Bolt verifies the signature, the reply comes from memory. */
process.once("message", async (message) => {
  const { signingSecret } = z.object({ signingSecret: z.string() }).parse(message);
  const logLevel = LogLevel.ERROR;
  const receiver = new HTTPReceiver({ signingSecret, endpoints: ["/webhooks/slack"], logLevel });
  const authorize = async () => ({ botToken: "none", botId: "B0BENCH", botUserId: "U0BENCH" });
  const app = new App({ receiver, authorize, logLevel });
  app.command("/waddlebot", async ({ ack }) => {
    await ack({ response_type: "in_channel", text: pingReply });
  });
  const server = await app.start({ port: 0, host: "127.0.0.1" });
  const address = server.address();
  process.send?.({ port: typeof address === "object" && address ? address.port : 0 });
});
process.once("disconnect", () => process.exit(0));
