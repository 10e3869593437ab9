import { connect } from "node:net";

/** Somebody in a channel, talking plain IRC. */
export interface IrcViewer {
  /** Every line the server sent, without its end. */
  lines: string[];
  say(channel: string, text: string): void;
  raw(line: string): void;
  quit(): void;
}

/** Resolves once the nick is in the channel. */
export function joinAsViewer(
  { host, port, password }: { host: string; port: number; password?: string },
  nick: string,
  channel: string,
): Promise<IrcViewer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    const raw = (line: string) => socket.write(`${line}\r\n`);
    let rest = "";
    const viewer: IrcViewer = {
      lines: [],
      raw,
      say: (target, text) => raw(`PRIVMSG ${target} :${text}`),
      quit: () => socket.destroy(),
    };
    socket.setEncoding("utf8");
    // Before it is in, an error is ours to tell; later it only means that the server went.
    socket.on("error", reject);
    socket.on("connect", () => {
      if (password) raw(`PASS ${password}`);
      raw(`NICK ${nick}`);
      raw(`USER ${nick} 0 * :${nick}`);
    });
    socket.on("data", (chunk) => {
      const parts = `${rest}${chunk}`.split("\r\n");
      rest = parts.pop() ?? "";
      for (const line of parts) {
        viewer.lines.push(line);
        if (line.startsWith("PING")) raw(line.replace("PING", "PONG"));
        if (/^\S+ 001 /.test(line)) raw(`JOIN ${channel}`);
        if (/^\S+ 366 /.test(line)) resolve(viewer);
      }
    });
  });
}
