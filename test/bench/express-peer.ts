import { InteractionResponseType, verifyKeyMiddleware } from "discord-interactions";
import express from "express";
import * as z from "zod";
import { type Duties, openDuties } from "#test/bench/duties";
import { pingReply } from "#test/bench/ping-reply";

const settings = z.object({ publicKeyHex: z.string(), databaseUrl: z.string().optional() });
const interaction = z.object({
  id: z.string(),
  channel_id: z.string(),
  user: z.object({ id: z.string() }).optional(),
  member: z.object({ user: z.object({ id: z.string() }) }).optional(),
});

/** Discord's own middleware on Express: it verifies the signature, the reply comes from memory, or with the duties of a bot. */
process.once("message", async (message) => {
  const { publicKeyHex, databaseUrl } = settings.parse(message);
  const duties: Duties | undefined = databaseUrl === undefined ? undefined : await openDuties(databaseUrl);
  const app = express();
  app.post("/interactions/discord", verifyKeyMiddleware(publicKeyHex), async (request, response) => {
    if (duties) {
      const { id, channel_id: channel, user, member } = interaction.parse(request.body);
      const person = `${channel}/${member?.user.id ?? user?.id ?? ""}`;
      if (!(await duties.begin(id, person))) {
        response.status(200).json({ type: InteractionResponseType.DEFERRED_UPDATE_MESSAGE });
        return;
      }
      await duties.finish(id, person, "ping");
    }
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
