import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export interface Ngircd {
  host: string;
  port: number;
  stop(): Promise<void>;
}

/** Where the IRC server is, or undefined when it is not installed. */
export function findNgircd(): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, "ngircd")).find(isExecutable);
}

/** A real IRC server on this machine; give `port` to come back at the address of one that was stopped. */
export async function startNgircd({ port }: { port?: number } = {}): Promise<Ngircd> {
  const program = findNgircd();
  if (!program) throw new Error("ngircd is not installed");
  const chosen = port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), "ngircd-"));
  const config = join(folder, "ngircd.conf");
  writeFileSync(config, settings(chosen));
  const server = spawn(program, ["-n", "-f", config], { stdio: "ignore" });
  try {
    await untilListening(server, chosen);
  } catch (error) {
    server.kill("SIGKILL");
    throw error;
  }
  return {
    host: "127.0.0.1",
    port: chosen,
    stop: async () => {
      await stopped(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** RequireAuthPing lets nobody in who does not answer a PING; no penalties, so that tests need not wait a second a line. */
function settings(port: number): string {
  return `[Global]
Name = irc.test.local
Info = test server
Listen = 127.0.0.1
Ports = ${port}
MotdPhrase = welcome
PidFile =
[Limits]
MaxConnectionsIP = 0
MaxJoins = 200
PingTimeout = 5
PongTimeout = 5
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
RequireAuthPing = yes
PAM = no
SyslogFacility = local1
`;
}

async function untilListening(server: ChildProcess, port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (server.exitCode !== null) throw new Error(`ngircd ended with code ${server.exitCode}`);
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("ngircd does not answer");
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}

function stopped(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    server.once("exit", () => resolve());
    server.kill("SIGKILL");
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === "object" && address) resolve(address.port);
        else reject(new Error("no port"));
      });
    });
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
