/** The part of irc-framework 4.14 the gateway uses; the package brings no types of its own. */
declare module "irc-framework" {
  import type NetTransport from "irc-framework/src/transports/net.js";

  export interface ClientOptions {
    host: string;
    port: number;
    nick: string;
    username: string;
    gecos: string;
    tls: boolean;
    rejectUnauthorized: boolean;
    password?: string;
    /** An empty one means no SASL; without any, the library would log in with `password`. */
    account: { account?: string; password?: string };
    sasl_disconnect_on_fail: boolean;
    auto_reconnect: boolean;
    /** Seconds. */
    ping_interval: number;
    ping_timeout: number;
    /** The answer to CTCP VERSION; null says nothing. */
    version: string | null;
    transport: new (options: ClientOptions) => NetTransport;
  }

  export interface ClientEvents {
    registered: [];
    close: [hadError: boolean];
    raw: [event: { line: string; from_server: boolean }];
    "sasl failed": [event: { reason: string }];
    "nick in use": [];
    "socket close": [error: Error | false];
  }

  export class Client {
    constructor(options: ClientOptions);
    readonly user: { nick: string };
    readonly connection: {
      write(line: string, done?: (error?: Error | null) => void): boolean;
      end(line?: string, hadError?: boolean): void;
    };
    on<Name extends keyof ClientEvents>(name: Name, listener: (...args: ClientEvents[Name]) => void): this;
    connect(): void;
    quit(message?: string): void;
    changeNick(nick: string): void;
  }
}

declare module "irc-framework/src/transports/net.js" {
  import type { ClientOptions } from "irc-framework";

  export class NetTransport {
    constructor(options: ClientOptions);
    readonly options: ClientOptions;
    incoming_buffer: Uint8Array;
    state: number;
    socket: import("node:net").Socket | null;
    connect(): void;
    disposeSocket(): void;
    _onSocketCreate(options: ClientOptions, socket: import("node:net").Socket): void;
    writeLine(line: string, done?: (error?: Error | null) => void): void;
    onSocketData(chunk: Uint8Array): void;
    close(force?: boolean): void;
  }
  export default NetTransport;
}
