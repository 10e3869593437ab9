import { DurableObject } from "cloudflare:workers";
import * as z from "zod";
import {
  type OverlayFrame,
  type OverlayService,
  type OverlayType,
  overlayPageMessage,
  overlayType,
} from "#contracts/overlay";
import type { ModuleResponse } from "#contracts/response";
import { productVersion } from "#contracts/version";
import { Frames } from "#durable-objects/overlay/frames";
import { overlayMigrations } from "#durable-objects/overlay/tables";
import { migrate } from "#durable-objects/storage/migrate";

/** A socket remembers itself: what it shows survives the object's sleep. */
const attachment = z.object({ type: overlayType, community: z.string(), tokenHash: z.string() });

/** The browser sources of one community. Sockets hibernate: an overlay nobody writes to costs nothing. */
export class OverlayObject extends DurableObject<EdgeEnv> implements OverlayService {
  #frames: Frames;

  constructor(ctx: DurableObjectState, env: EdgeEnv) {
    super(ctx, env);
    migrate(ctx.storage, overlayMigrations);
    this.#frames = new Frames(ctx.storage.sql);
    // Answered by the runtime without waking the object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  async show(key: string, type: OverlayType, response: ModuleResponse): Promise<void> {
    const frame = this.#frames.append(key, type, response, Date.now());
    if (!frame) return;
    const text = JSON.stringify(frame);
    for (const socket of this.ctx.getWebSockets(type)) sendQuietly(socket, text);
  }

  /** Sockets open now, by type. */
  async connected(): Promise<Record<OverlayType, number>> {
    const count = (type: OverlayType) => this.ctx.getWebSockets(type).length;
    return { ticker: count("ticker"), media: count("media"), form: count("form"), general: count("general") };
  }

  /** The edge has checked the token and says in the query what it stands for. */
  override async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const self = attachment.parse(Object.fromEntries(searchParams));
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1], [self.type]);
    pair[1].serializeAttachment(self);
    const hello: OverlayFrame = {
      type: "hello",
      seq: this.#frames.last,
      community: self.community,
      version: productVersion,
    };
    sendQuietly(pair[1], JSON.stringify(hello));
    return new Response(null, {
      status: 101,
      webSocket: pair[0],
      headers: { "sec-websocket-protocol": "waddlebot" },
    });
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const message = readMessage(data);
    if (!message) return socket.close(1008, "not a message of an overlay page");
    if (message.type === "played") return this.#frames.markPlayed(message.seq, Date.now());
    const { type } = attachment.parse(socket.deserializeAttachment());
    for (const frame of this.#frames.since(message.last, type)) sendQuietly(socket, JSON.stringify(frame));
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }
}

function readMessage(data: string | ArrayBuffer) {
  if (typeof data !== "string" || data.length > 1000) return undefined;
  try {
    return overlayPageMessage.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}

/** A socket that is closing resumes by itself later; it must not keep the frame from the others. */
function sendQuietly(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    // Gone between the list and the send.
  }
}
