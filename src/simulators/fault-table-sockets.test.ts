import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { connectTo } from "#simulators/discord/gateway/testing";
import { closeCodes, intents } from "#simulators/discord/gateway/wire";
import { type Fault, makeFaults } from "#simulators/faults";
import { startTwitchChat, type TwitchChat } from "#simulators/irc/twitch-chat";
import { makeRandom } from "#simulators/random";
import { setStage } from "#simulators/testing";

describe("discord, its gateway", () => {
  async function aSession(fault: Omit<Fault, "platform">) {
    const stage = await setStage();
    const { url, secrets, discordGateway: gateway, faults } = stage.simulators;
    const client = await connectTo(url, {
      token: secrets.discord.botToken,
      intents: intents.guilds | intents.messages | intents.messageContent,
    });
    client.identify();
    await client.hears(0, "GUILD_CREATE");
    faults.set({ platform: "discord", ...fault });
    gateway.say({ viewer: "bob", text: "hi" });
    return {
      ...client,
      gateway,
      [Symbol.asyncDispose]: async () => {
        client.socket.terminate();
        await stage[Symbol.asyncDispose]();
      },
    };
  }

  test.each([
    ["op7", { op: 7, d: null }, 1],
    ["op9", { op: 9, d: false }, 0],
    ["op9-resumable", { op: 9, d: true }, 1],
  ] as const)("%s: said right after an event, which came first", async (kind, said, sessions) => {
    await using client = await aSession({ kind });
    await vi.waitFor(() => expect(client.heard.at(-1)).toMatchObject(said));
    expect(client.heard.at(-2)).toMatchObject({ t: "MESSAGE_CREATE" });
    expect(client.gateway.sessions()).toHaveLength(sessions);
  });

  test.each([1000, 1001, ...Object.values(closeCodes)])("close with %i", async (code) => {
    await using client = await aSession({ kind: "close", code });
    expect(await client.closed).toBe(code);
  });

  test("close without a code is an unknown error", async () => {
    await using client = await aSession({ kind: "close" });
    expect(await client.closed).toBe(4000);
  });

  test("drop: cut without a goodbye", async () => {
    await using client = await aSession({ kind: "drop", on: "gateway" });
    expect(await client.closed).toBe(1006);
  });

  test("no-acks: heartbeats stay without an answer, and the connection open", async () => {
    await using client = await aSession({ kind: "no-acks" });
    await client.hears(0, "MESSAGE_CREATE");
    client.send(1, null);
    await vi.waitFor(() => expect(client.gateway.heartbeats()).toBe(1));
    // Said behind where the answer would have been.
    client.gateway.askForHeartbeat();
    await client.hears(1);
    expect(client.heard.filter(({ op }) => op === 11)).toEqual([]);
    expect(client.gateway.connections()).toBe(1);
  });
});

describe("irc, Twitch's chat", () => {
  let twitch: TwitchChat | undefined;
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await twitch?.close();
    twitch = undefined;
  });

  async function aChat(throttle: "drop" | "close" = "drop") {
    const faults = makeFaults(makeRandom(1));
    const chat = await startTwitchChat({ token: "t", login: "waddle", faults, throttle });
    twitch = chat;
    return { faults, chat };
  }

  /** A bare client; `isOver` resolves when the server hung up. */
  async function join(port: number) {
    const socket = connect(port, "127.0.0.1");
    sockets.push(socket);
    let heard = "";
    socket.setEncoding("utf8");
    socket.on("data", (text) => {
      heard += text;
    });
    const isOver = once(socket, "close");
    await once(socket, "connect");
    const send = (line: string) => socket.write(`${line}\r\n`);
    const hears = (text: string) => vi.waitFor(() => expect(heard).toContain(text), 5000);
    for (const line of ["PASS oauth:t", "NICK waddle", "JOIN #duck"]) send(line);
    return { send, hears, isOver, heard: () => heard };
  }

  test("op7: asked to come again, behind the line", async () => {
    const { faults, chat } = await aChat();
    const client = await join(chat.port);
    await client.hears("USERSTATE #duck");
    faults.set({ platform: "irc", kind: "op7" });
    chat.say("#duck", "hi");
    await client.hears(":tmi.twitch.tv RECONNECT");
    expect(client.heard()).toMatch(/PRIVMSG #duck :hi\r\n.*RECONNECT/);
  });

  test("drop: the connection dies; the next one is well", async () => {
    const { faults, chat } = await aChat();
    const client = await join(chat.port);
    await client.hears("USERSTATE #duck");
    faults.set({ platform: "irc", kind: "drop" });
    chat.say("#duck", "hi");
    await client.isOver;
    await (await join(chat.port)).hears("USERSTATE #duck");
  });

  test("no-acks: PING stays without an answer", async () => {
    const { faults, chat } = await aChat();
    const client = await join(chat.port);
    client.send("PING :1");
    await client.hears("PONG tmi.twitch.tv :1");
    faults.set({ platform: "irc", kind: "no-acks" });
    chat.say("#duck", "hi");
    client.send("PING :2");
    client.send("PRIVMSG #duck :behind it");
    await vi.waitFor(() => expect(chat.records.messages).toHaveLength(1));
    expect(client.heard()).not.toContain("PONG tmi.twitch.tv :2");
  });

  test("401: the login is refused, once", async () => {
    const { faults, chat } = await aChat();
    faults.set({ platform: "irc", kind: "401" });
    const client = await join(chat.port);
    await client.hears("Login authentication failed");
    await client.isOver;
    expect(chat.records.refusedLogins).toBe(1);
    await (await join(chat.port)).hears("USERSTATE #duck");
  });

  test.each(["drop", "close"] as const)("429: words too fast are thrown away (%s)", async (throttle) => {
    const { faults, chat } = await aChat(throttle);
    const client = await join(chat.port);
    await client.hears("USERSTATE #duck");
    faults.set({ platform: "irc", kind: "429" });
    client.send("PRIVMSG #duck :too fast");
    if (throttle === "close") await client.isOver;
    else await client.hears("msg-id=msg_ratelimit");
    expect(chat.records).toMatchObject({ dropped: 1, messages: [] });
  });
});
