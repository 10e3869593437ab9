import { parseIrcLine } from "#lib/irc-message";
import { take, type WindowLimit, type WindowState } from "#lib/sliding-window";
import type { Faults } from "#simulators/faults";
import { type LineClient, startLineServer } from "#simulators/irc/line-server";

export interface TwitchChatOptions {
  /** The one token that is let in, without `oauth:`. */
  token: string;
  login: string;
  /** Channels the login is a moderator of. */
  moderates?: readonly string[];
  now?: () => number;
  port?: number;
  /** What happens to who speaks too fast: his words are dropped, or he is thrown out. */
  throttle?: "drop" | "close";
  /** What goes wrong on request, under the platform `irc`. */
  faults?: Pick<Faults, "take">;
}

/** What the server saw, in order. */
export interface TwitchChatRecords {
  connections: number;
  logins: number[];
  refusedLogins: number;
  joins: { channel: string; at: number; connection: number }[];
  refusedJoins: number;
  messages: { channel: string; text: string; connection: number }[];
  dropped: number;
  /** Words that Twitch would have taken for an order. */
  orders: string[];
  lines: string[];
}

export interface TwitchChat {
  port: number;
  records: TwitchChatRecords;
  /** Somebody says something in a channel, on every connection that is in it. */
  say(channel: string, text: string, speaker?: Partial<Speaker>): void;
  /** Sends a line as it is to everybody. */
  push(line: string): void;
  /** Asks everybody to come again, as before a restart. */
  reconnect(): void;
  /** Stops answering PING, as a server that hangs. */
  silent: boolean;
  dropAll(): void;
  close(): Promise<void>;
}

export interface Speaker {
  login: string;
  userId: string;
  roomId: string;
  badges: string;
  messageId: string;
  at: number;
}

interface Session {
  number: number;
  isIn: boolean;
  token: string;
  nick: string;
  channels: Set<string>;
}

/** dev.twitch.tv/docs/chat, "Rate limits", per account. */
const limits = {
  logins: { limit: 20, windowMs: 10_000 },
  joins: { limit: 20, windowMs: 10_000 },
  words: { limit: 20, windowMs: 30_000 },
  moderatorWords: { limit: 100, windowMs: 30_000 },
} as const satisfies Record<string, WindowLimit>;

/** Twitch's chat over IRC as one account meets it: its capabilities, its tags, its limits and its moods. */
export async function startTwitchChat(options: TwitchChatOptions): Promise<TwitchChat> {
  const { token, login, moderates = [], now = Date.now, throttle = "drop", faults } = options;
  const sessions = new Map<LineClient, Session>();
  const windows = new Map<keyof typeof limits, WindowState>();
  const records: TwitchChatRecords = {
    connections: 0,
    logins: [],
    refusedLogins: 0,
    joins: [],
    refusedJoins: 0,
    messages: [],
    dropped: 0,
    orders: [],
    lines: [],
  };
  const host = "tmi.twitch.tv";
  const source = `:${login}!${login}@${login}.${host}`;

  function isWithin(name: keyof typeof limits): boolean {
    const verdict = take(windows.get(name) ?? [], now(), limits[name]);
    windows.set(name, verdict.state);
    return verdict.isAllowed;
  }

  function tryLogin(client: LineClient, session: Session): void {
    if (!isWithin("logins")) return client.close();
    const isRefused = faults?.take("irc", "login") !== undefined;
    if (isRefused || session.token !== `oauth:${token}` || session.nick !== login) {
      records.refusedLogins += 1;
      client.send(`:${host} NOTICE * :Login authentication failed`);
      return client.close();
    }
    session.isIn = true;
    records.logins.push(now());
    for (const number of ["001", "002", "003", "004", "375", "372", "376"])
      client.send(`:${host} ${number} ${login} :${number === "001" ? "Welcome, GLHF!" : "-"}`);
    client.send(`@badges=;color=;user-id=900 :${host} GLOBALUSERSTATE`);
  }

  function join(client: LineClient, session: Session, channel: string): void {
    if (!isWithin("joins")) {
      records.refusedJoins += 1;
      return;
    }
    session.channels.add(channel);
    records.joins.push({ channel, at: now(), connection: session.number });
    client.send(`${source} JOIN ${channel}`);
    client.send(`${source.slice(0, -1)} 353 ${login} = ${channel} :${login}`);
    client.send(`:${host} 366 ${login} ${channel} :End of /NAMES list`);
    client.send(`@room-id=1 :${host} ROOMSTATE ${channel}`);
    userState(client, channel);
  }

  function part(client: LineClient, session: Session, channel: string): void {
    if (session.channels.delete(channel)) client.send(`${source} PART ${channel}`);
  }

  function userState(client: LineClient, channel: string): void {
    const isModerator = moderates.includes(channel);
    client.send(
      `@badges=${isModerator ? "moderator/1" : ""};mod=${Number(isModerator)} :${host} USERSTATE ${channel}`,
    );
  }

  function hear(client: LineClient, session: Session, channel: string, text: string): void {
    const isTooFast = faults?.take("irc", "api") !== undefined;
    if (isTooFast || !isWithin(moderates.includes(channel) ? "moderatorWords" : "words")) {
      records.dropped += 1;
      if (throttle === "close") return client.close();
      client.send(
        `@msg-id=msg_ratelimit :${host} NOTICE ${channel} :Your message was not sent because you are sending messages too quickly.`,
      );
      return;
    }
    if (/^\s*[/.]/.test(text)) records.orders.push(text);
    else records.messages.push({ channel, text, connection: session.number });
    userState(client, channel);
  }

  function onLine(client: LineClient, line: string): void {
    records.lines.push(line.replace(/^PASS .*/, "PASS"));
    const session = sessions.get(client);
    const message = parseIrcLine(line);
    if (!session || !message) return;
    const [first = "", second = ""] = message.params;
    switch (message.command) {
      case "CAP":
        if (first === "LS")
          client.send(`:${host} CAP * LS :twitch.tv/commands twitch.tv/tags twitch.tv/membership`);
        if (first === "REQ") client.send(`:${host} CAP * ACK :${second}`);
        return;
      case "PASS":
        session.token = first;
        return;
      case "NICK":
        session.nick = first;
        return tryLogin(client, session);
      case "PING":
        if (!twitch.silent) client.send(`:${host} PONG ${host} :${first}`);
        return;
    }
    if (!session.isIn) return client.close();
    if (message.command === "JOIN") for (const channel of first.split(",")) join(client, session, channel);
    if (message.command === "PART") for (const channel of first.split(",")) part(client, session, channel);
    if (message.command === "PRIVMSG") hear(client, session, first, second);
    if (message.command === "QUIT") client.close();
  }

  const server = await startLineServer(
    {
      onOpen(client) {
        records.connections += 1;
        sessions.set(client, {
          number: records.connections,
          isIn: false,
          token: "",
          nick: "",
          channels: new Set(),
        });
      },
      onClose: (client) => sessions.delete(client),
      onLine,
    },
    options.port,
  );
  let spoken = 0;

  const twitch: TwitchChat = {
    port: server.port,
    records,
    silent: false,
    say(channel, text, speaker = {}) {
      spoken += 1;
      const id = speaker.messageId ?? `00000000-0000-4000-8000-${String(spoken).padStart(12, "0")}`;
      const { login: name = "bob", userId = "200", roomId = "100", badges = "", at = now() } = speaker;
      const tags = `badges=${badges};display-name=${name};id=${id};mod=${Number(/moderator/.test(badges))};room-id=${roomId};tmi-sent-ts=${at};user-id=${userId}`;
      const line = `@${tags} :${name}!${name}@${name}.${host} PRIVMSG ${channel} :${text}`;
      for (const [client, session] of sessions) if (session.channels.has(channel)) client.send(line);
      const kind = faults?.take("irc", "gateway")?.kind;
      if (kind === "op7") twitch.reconnect();
      if (kind === "no-acks") twitch.silent = true;
      if (kind === "drop") twitch.dropAll();
    },
    push(line) {
      for (const client of sessions.keys()) client.send(line);
    },
    reconnect() {
      for (const client of sessions.keys()) client.send(`:${host} RECONNECT`);
    },
    dropAll() {
      for (const client of [...sessions.keys()]) client.close();
    },
    close: server.close,
  };
  return twitch;
}
