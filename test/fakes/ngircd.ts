import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, freePort, startServerProcess, stopServerProcess } from "#test/fakes/server-process";

export interface Ngircd {
  host: string;
  port: number;
  stop(): Promise<void>;
}

export interface NgircdOptions {
  port?: number;
  /** Who is silent is asked after this long, and thrown out after as long again. */
  pingSeconds?: number;
  /** Asked of every client. */
  password?: string;
}

/** Where the IRC server is, or undefined when it is not installed. */
export function findNgircd(): string | undefined {
  return findProgram("ngircd");
}

/** A real IRC server on this machine; give `port` to come back at the address of one that was stopped. */
export async function startNgircd({ port, pingSeconds = 5, password }: NgircdOptions = {}): Promise<Ngircd> {
  const program = findNgircd();
  if (!program) throw new Error("ngircd is not installed");
  const chosen = port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), "ngircd-"));
  const config = join(folder, "ngircd.conf");
  writeFileSync(config, settings(chosen, pingSeconds, password));
  const server = await startServerProcess([program, "-n", "-f", config], chosen);
  return {
    host: "127.0.0.1",
    port: chosen,
    stop: async () => {
      await stopServerProcess(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** RequireAuthPing lets nobody in who does not answer a PING; no penalties, so that tests need not wait a second a line. */
function settings(port: number, pingSeconds: number, password?: string): string {
  return `[Global]
Name = irc.test.local
Info = test server
Listen = 127.0.0.1
Ports = ${port}
MotdPhrase = welcome
PidFile =
${password ? `Password = ${password}\n` : ""}[Limits]
MaxConnectionsIP = 0
MaxJoins = 200
PingTimeout = ${pingSeconds}
PongTimeout = ${pingSeconds}
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
RequireAuthPing = yes
PAM = no
SyslogFacility = local1
`;
}
