import { createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { IrcNetworkConfig } from "#contracts/gateway";
import type { IrcNetwork } from "#gateway/irc/network";
import { startIrcNetwork } from "#gateway/irc/network";
import { openGatewayDatabase } from "#gateway/spool";
import { aNetwork } from "#gateway/testing";

/** A server that says what a script tells it to, and keeps every line it hears. */
let server: Server;
let heard: string[];
let sockets: Socket[];
let answer: (line: string, reply: (line: string) => void) => void;
let network: IrcNetwork | undefined;
let forwarded: string[];

beforeEach(async () => {
  heard = [];
  sockets = [];
  forwarded = [];
  server = createServer((socket) => {
    sockets.push(socket);
    let rest = "";
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      const lines = `${rest}${chunk}`.split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        heard.push(line);
        answer(line, (text) => socket.write(`${text}\r\n`));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  await network?.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

function start(changes: Partial<IrcNetworkConfig> = {}): IrcNetwork {
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  network = startIrcNetwork({
    config: aNetwork({ port, burstLines: 5, linesPerSecond: 10, ...changes }),
    onLine: ({ raw }) => forwarded.push(raw),
    database: openGatewayDatabase(":memory:"),
    log: () => {},
    backoff: { baseMs: 20, maxMs: 50 },
    now: Date.now,
    random: Math.random,
  });
  return network;
}

const push = (line: string) => sockets.at(-1)?.write(`${line}\r\n`);
const hears = (line: string) => vi.waitFor(() => expect(heard).toContain(line), 3000);

/** Capabilities as given, then a normal registration. */
function ordinary(capabilities: string) {
  return (line: string, reply: (text: string) => void) => {
    if (line.startsWith("CAP LS")) reply(`:s CAP * LS :${capabilities}`);
    if (line.startsWith("CAP REQ")) reply(`:s CAP * ACK ${line.slice("CAP REQ ".length)}`);
    if (line === "CAP END") reply(":s 001 waddle :welcome");
    if (line.startsWith("JOIN")) reply(`:waddle!w@host JOIN ${line.slice(5)}`);
    if (line.startsWith("QUIT")) sockets.at(-1)?.end();
  };
}

describe("a connection", () => {
  test("IRC-2 PING is answered with PONG", async () => {
    answer = ordinary("");
    const running = start();
    await vi.waitFor(() => expect(running.health().isConnected).toBe(true));
    push("PING :token 17");
    await vi.waitFor(() => expect(heard.find((line) => line.startsWith("PONG"))).toMatch(/token 17/));
  });

  test("IRC-1 lines of channels go up as they came, our own and all others stay", async () => {
    answer = ordinary("message-tags account-tag");
    start().setChannels(["#Duck"]);
    await hears("JOIN #duck");
    const line = "@account=bob;msgid=1 :bob!b@h PRIVMSG #duck :!help 🦆";
    push(":WADDLE!w@h PRIVMSG #duck :mine");
    push(":bob!b@h PRIVMSG waddle :private");
    push(":bob!b@h NOTICE #duck :notice");
    push(line);
    await vi.waitFor(() => expect(forwarded).toEqual([line]));
  });

  test("capabilities come in several lines, old modifiers and trailing spaces included; later ones are taken on", async () => {
    answer = (line, reply) => {
      if (line.startsWith("CAP LS")) {
        reply(":s CAP * LS * :multi-prefix account-tag extended-join");
        reply(":s CAP * LS :message-tags server-time sasl=PLAIN,EXTERNAL batch ");
      } else ordinary("")(line, reply);
    };
    const running = start();
    await vi.waitFor(() => expect(running.health().isConnected).toBe(true));
    const asked = heard.filter((line) => line.startsWith("CAP REQ"));
    expect(asked).toHaveLength(1);
    expect(asked[0]?.slice("CAP REQ :".length).split(" ").sort()).toEqual(
      ["account-tag", "batch", "extended-join", "message-tags", "multi-prefix", "server-time"].sort(),
    );
    expect(heard.indexOf("CAP END")).toBeGreaterThan(heard.indexOf(asked[0] ?? ""));
    push(":s CAP waddle NEW :account-notify");
    await hears("CAP REQ :account-notify");
    push(":s CAP waddle DEL :account-notify");
    push("PING :still here");
    await vi.waitFor(() => expect(heard.at(-1)).toMatch(/^PONG/));
  });

  test("a taken nick gets another", async () => {
    answer = (line, reply) => {
      if (line === "NICK waddle") reply(":s 433 * waddle :in use");
      ordinary("")(line, reply);
    };
    start();
    await vi.waitFor(() => expect(heard).toContainEqual(expect.stringMatching(/^NICK waddle\d+$/)));
  });

  test("CTCP VERSION is not answered", async () => {
    answer = ordinary("");
    start().setChannels(["#duck"]);
    await hears("JOIN #duck");
    push(":bob!b@h PRIVMSG waddle :\u0001VERSION\u0001");
    push("PING :after");
    await vi.waitFor(() => expect(heard.at(-1)).toMatch(/^PONG/));
    expect(heard.filter((line) => line.startsWith("NOTICE"))).toEqual([]);
  });

  test("a line without an end is not collected for ever", async () => {
    answer = ordinary("");
    start();
    await hears("CAP END");
    sockets.at(-1)?.write("x".repeat(40_000));
    await vi.waitFor(() => expect(sockets).toHaveLength(2), 3000);
  });

  test("more lines than the server bears are refused, not said late", async () => {
    answer = ordinary("");
    const running = start({ burstLines: 2, linesPerSecond: 0.1 });
    running.setChannels(["#duck"]);
    await vi.waitFor(() => expect(running.health().joined).toBe(1));
    const results = await Promise.all([1, 2, 3].map((n) => running.say("#duck", `line ${n}`, () => {})));
    expect(results).toEqual(["said", "said", "refused"]);
    await hears("PRIVMSG #duck :line 2");
    expect(heard).not.toContain("PRIVMSG #duck :line 3");
  });

  test("a channel we were thrown out of is not spoken to", async () => {
    answer = ordinary("");
    const running = start();
    running.setChannels(["#duck"]);
    await vi.waitFor(() => expect(running.health().joined).toBe(1));
    push(":op!o@h KICK #duck waddle :out");
    await vi.waitFor(() => expect(running.health().joined).toBe(0));
    const onStart = vi.fn();
    expect(await running.say("#duck", "hello", onStart)).toBe("refused");
    expect(onStart).not.toHaveBeenCalled();
  });
});

describe("SASL fails closed: never CAP END, never in, without a login", () => {
  const sasl = { account: "waddle", password: "not a real one" };

  test("a good login goes in", async () => {
    answer = (line, reply) => {
      if (line === "AUTHENTICATE PLAIN") reply("AUTHENTICATE +");
      else if (line.startsWith("AUTHENTICATE "))
        reply(":s 900 waddle waddle!w@h waddle :in\r\n:s 903 waddle :ok");
      ordinary("sasl=PLAIN message-tags")(line, reply);
    };
    const running = start({ sasl });
    await vi.waitFor(() => expect(running.health().isConnected).toBe(true));
    const sent = heard.find((line) => /^AUTHENTICATE (?!PLAIN)/.test(line)) ?? "";
    expect(Buffer.from(sent.slice(13), "base64").toString()).toBe("waddle\0waddle\0not a real one");
  });

  test.each([
    ["a wrong password", "sasl=PLAIN", ":s 904 waddle :failed"],
    ["another mechanism only", "sasl=EXTERNAL", ""],
    ["capabilities without sasl", "message-tags", ""],
    ["no capabilities", "", ""],
    ["a nick that is locked", "sasl=PLAIN", ":s 902 waddle :locked"],
    ["a login that is too long", "sasl=PLAIN", ":s 905 waddle :too long"],
    ["an aborted login", "sasl=PLAIN", ":s 906 waddle :aborted"],
    ["a challenge PLAIN does not have", "sasl=PLAIN", "AUTHENTICATE c2FsdA=="],
  ])("%s", async (_, capabilities, verdict) => {
    answer = (line, reply) => {
      if (line === "AUTHENTICATE PLAIN") reply("AUTHENTICATE +");
      else if (line.startsWith("AUTHENTICATE ")) reply(verdict);
      ordinary(capabilities)(line, reply);
    };
    const running = start({ sasl });
    await vi.waitFor(() => expect(sockets.length).toBeGreaterThan(2), 3000);
    expect(heard).not.toContain("CAP END");
    expect(running.health()).toMatchObject({ isConnected: false });
  });

  test("a password of any length goes in pieces of 400, and an exact multiple is ended by a plus", async () => {
    // `waddle\0waddle\0` and 286 characters are 300 bytes, 400 of base64.
    const long = { account: "waddle", password: "x".repeat(286) };
    const pieces: string[] = [];
    answer = (line, reply) => {
      if (line === "AUTHENTICATE PLAIN") reply("AUTHENTICATE +");
      else if (line.startsWith("AUTHENTICATE ")) {
        pieces.push(line.slice(13));
        if (line === "AUTHENTICATE +") reply(":s 900 waddle waddle!w@h waddle :in\r\n:s 903 waddle :ok");
      }
      ordinary("sasl=PLAIN")(line, reply);
    };
    const running = start({ sasl: long });
    await vi.waitFor(() => expect(running.health().isConnected).toBe(true));
    expect(pieces.map((piece) => piece.length)).toEqual([400, 1]);
  });

  test("a server's own password is not tried as a login", async () => {
    answer = ordinary("sasl=PLAIN message-tags");
    const running = start({ password: "for the server only" });
    await vi.waitFor(() => expect(running.health().isConnected).toBe(true));
    expect(heard).toContain("PASS :for the server only");
    expect(heard.filter((line) => line.startsWith("AUTHENTICATE"))).toEqual([]);
  });

  test("a refused request for sasl", async () => {
    answer = (line, reply) => {
      if (line.startsWith("CAP LS")) reply(":s CAP * LS :sasl=PLAIN");
      if (line.startsWith("CAP REQ")) reply(":s CAP * NAK :sasl");
    };
    start({ sasl });
    await vi.waitFor(() => expect(sockets.length).toBeGreaterThan(2), 3000);
    expect(heard).not.toContain("CAP END");
  });

  test("a server that knows no capabilities and lets everybody in", async () => {
    answer = (line, reply) => {
      if (line.startsWith("CAP")) reply(":s 421 waddle CAP :unknown");
      if (line.startsWith("USER")) reply(":s 001 waddle :welcome");
    };
    const running = start({ sasl });
    running.setChannels(["#duck"]);
    await vi.waitFor(() => expect(sockets.length).toBeGreaterThan(2), 3000);
    expect(heard.filter((line) => line.startsWith("JOIN"))).toEqual([]);
    expect(running.health().joined).toBe(0);
  });
});
