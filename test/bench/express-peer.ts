import { InteractionResponseType, verifyKeyMiddleware } from "discord-interactions";
import express from "express";
import * as z from "zod";
import { pingReply } from "#test/bench/ping-reply";

/** Discord's own middleware on Express: it verifies the signature, the reply comes from memory. */
process.once("message", (message) => {
  const { publicKeyHex } = z.object({ publicKeyHex: z.string() }).parse(message);
  const app = express();
  app.post("/interactions/discord", verifyKeyMiddleware(publicKeyHex), (_request, response) => {
    response.json({
      type: InteractionResponseType.CHANNEL_MESSAGE_WITH_SOURCE,
      data: { content: pingReply, allowed_mentions: { parse: [] } },
    });
  });
  const server = app.listen(0, "127.0.0.1", () => {
    const address = server.address();
    process.send?.({ port: typeof address === "object" && address ? address.port : 0 });
  });
});
process.once("disconnect", () => process.exit(0));
