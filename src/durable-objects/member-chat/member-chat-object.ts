import { DurableObject } from "cloudflare:workers";
import * as z from "zod";
import { socketClose } from "#contracts/feed";
import {
  type ChatFrame,
  type ChatRequest,
  chatRequest,
  type MemberChatService,
} from "#contracts/member-chat";
import { FrameBudget } from "#durable-objects/live-socket/frame-budget";
import { closeQuietly, sendQuietly } from "#durable-objects/live-socket/send-quietly";
import { renewAfterMs, socketLifeMs } from "#durable-objects/live-socket/socket-life";
import { MessageStore } from "#durable-objects/member-chat/message-store";
import { plainWords } from "#durable-objects/member-chat/plain-words";
import { memberChatMigrations } from "#durable-objects/member-chat/tables";
import { migrate } from "#durable-objects/storage/migrate";

const mostSockets = 5000;
const mostSocketsOfOne = 10;
/** A message of 2,000 characters, each of them the longest there is. */
const longestFrame = 16_000;
const firstChannel = "general";

const ticket = z.object({
  communityId: z.string(),
  community: z.string(),
  userId: z.string(),
  name: z.string(),
});
/** A socket remembers itself over the object's sleep. `channelName` is null for who left the channel. */
const attachment = z.object({
  userId: z.string(),
  name: z.string(),
  until: z.number(),
  channelName: z.string().nullable(),
});
type Self = z.infer<typeof attachment>;

/** The chat of one community's members (HUB-8). Sockets hibernate; who may write was asked at most a minute ago. */
export class MemberChatObject extends DurableObject<EdgeEnv> implements MemberChatService {
  #messages: MessageStore;
  #writing = new FrameBudget(10, 10_000);
  #frames = new FrameBudget(60, 10_000);

  constructor(ctx: DurableObjectState, env: EdgeEnv) {
    super(ctx, env);
    migrate(ctx.storage, memberChatMigrations);
    this.#messages = new MessageStore(ctx.storage.sql);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** The API has checked that this person is a member and says in the query who it is. */
  override async fetch(request: Request): Promise<Response> {
    const { community, userId, name } = ticket.parse(Object.fromEntries(new URL(request.url).searchParams));
    const isFull = this.ctx.getWebSockets().length >= mostSockets;
    if (isFull || this.ctx.getWebSockets(userId).length >= mostSocketsOfOne)
      return new Response("too many", { status: 429 });
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1], [userId]);
    const self: Self = { userId, name, until: Date.now() + socketLifeMs, channelName: firstChannel };
    pair[1].serializeAttachment(self);
    this.#send(pair[1], { type: "chat:hello", community, user: { id: userId, name }, renewAfterMs });
    return new Response(null, { status: 101, webSocket: pair[0] });
  }

  async forget(userId: string): Promise<number> {
    for (const socket of this.ctx.getWebSockets(userId)) closeQuietly(socket, socketClose.renew, "gone");
    return this.#messages.forget(userId);
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const self = attachment.parse(socket.deserializeAttachment());
    const now = Date.now();
    if (self.until < now) return closeQuietly(socket, socketClose.renew, "open the next one");
    if (!this.#frames.take(self.userId, now))
      return closeQuietly(socket, socketClose.tooMany, "too many messages");
    const given = readJson(data);
    const asked = chatRequest.safeParse(given);
    if (asked.success) return this.#answer(socket, self, asked.data);
    const [issue] = asked.error.issues;
    const field = issue?.path.map(String).join(".") || null;
    const message = issue ? `${field ?? "The message"} ${issue.message}` : "This is no message of the chat.";
    this.#refuse(socket, message, { field, clientId: clientIdOf(given) });
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    closeQuietly(socket, code === 1005 || code === 1006 ? 1000 : code, "");
  }

  #answer(socket: WebSocket, self: Self, asked: ChatRequest): void {
    const user = { id: self.userId, name: self.name };
    switch (asked.type) {
      case "chat:join":
        return socket.serializeAttachment({ ...self, channelName: asked.channelName });
      case "chat:leave":
        return socket.serializeAttachment({ ...self, channelName: null });
      case "chat:typing":
        return this.#tell(
          asked.channelName,
          { type: "chat:typing", channelName: asked.channelName, user },
          socket,
        );
      case "chat:history": {
        const found = this.#messages.history(asked.channelName, asked);
        return this.#send(socket, { type: "chat:history", channelName: asked.channelName, ...found });
      }
      case "chat:message":
        return this.#say(socket, self, asked);
    }
  }

  #say(socket: WebSocket, self: Self, asked: Extract<ChatRequest, { type: "chat:message" }>): void {
    const clientId = asked.clientId ?? null;
    const content = plainWords(asked.content);
    const now = Date.now();
    if (content === "") return this.#refuse(socket, "content is empty", { field: "content", clientId });
    if (!this.#writing.take(self.userId, now))
      return this.#refuse(socket, "That was too fast. Wait a few seconds.", { field: null, clientId });
    const message = this.#messages.add({
      channelName: asked.channelName,
      user: { id: self.userId, name: self.name },
      content,
      at: now,
      clientId,
    });
    if (message) this.#tell(asked.channelName, { type: "chat:message", message });
  }

  #tell(channelName: string, frame: ChatFrame, except?: WebSocket): void {
    const now = Date.now();
    for (const socket of this.ctx.getWebSockets()) {
      const self = attachment.parse(socket.deserializeAttachment());
      if (self.until < now) closeQuietly(socket, socketClose.renew, "open the next one");
      else if (self.channelName === channelName && socket !== except) this.#send(socket, frame);
    }
  }

  #refuse(socket: WebSocket, message: string, rest: { field: string | null; clientId: string | null }): void {
    this.#send(socket, { type: "chat:error", message, ...rest });
  }

  #send(socket: WebSocket, frame: ChatFrame): void {
    sendQuietly(socket, frame);
  }
}

function readJson(data: string | ArrayBuffer): unknown {
  if (typeof data !== "string" || data.length > longestFrame) return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function clientIdOf(given: unknown): string | null {
  return z.object({ clientId: z.string().max(64) }).safeParse(given).data?.clientId ?? null;
}
