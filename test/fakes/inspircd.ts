import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificates } from "#test/fakes/certificates";
import { joinAsViewer } from "#test/fakes/irc-viewer";
import { findProgram, freePort, startServerProcess, stopServerProcess } from "#test/fakes/server-process";

export interface Inspircd {
  host: string;
  /** Clients without and with TLS. */
  port: number;
  tlsPort: number;
  /** The certificate authority that signed the server's certificate, made for this run (PEM). */
  ca: string;
  /** The services behind SASL go; logins are impossible until they are back. */
  stopServices(): Promise<void>;
  startServices(): Promise<void>;
  /** Stops the server and starts it again at the same address. */
  restart(): Promise<void>;
  stopServer(): Promise<void>;
  stop(): Promise<void>;
}

/** What of Debian's packages `inspircd` and `atheme-services` is missing; undefined when all is there. */
export function missingForInspircd(): string | undefined {
  return ["inspircd", "atheme-services", "certtool"].find((name) => !findProgram(name));
}

/** A real InspIRCd with TLS, message ids, server time and history, and real services that check logins for it. */
export async function startInspircd(): Promise<Inspircd> {
  const folder = mkdtempSync(join(tmpdir(), "inspircd-"));
  const { ca } = makeCertificates(folder);
  const [port, tlsPort, linkPort] = [await freePort(), await freePort(), await freePort()];
  writeFileSync(join(folder, "inspircd.conf"), serverSettings({ folder, port, tlsPort, linkPort }));
  writeFileSync(join(folder, "atheme.conf"), serviceSettings(linkPort));
  mkdirSync(join(folder, "services"));
  let server: ChildProcess | undefined;
  let services: ChildProcess | undefined;

  async function startServer(): Promise<void> {
    const asRoot = process.getuid?.() === 0 ? ["--runasroot"] : [];
    const args = [...asRoot, "--nofork", "--nopid", "--nolog", "--config", join(folder, "inspircd.conf")];
    server = await startServerProcess([required("inspircd"), ...args], port);
  }
  async function startServices(): Promise<void> {
    const file = (name: string) => join(folder, name);
    const args = ["-n", "-c", file("atheme.conf"), "-l", file("atheme.log"), "-p", file("atheme.pid"), "-D"];
    services = await startServerProcess([required("atheme-services"), ...args, file("services")], port);
    await untilLinked(port);
  }
  // Its accounts are written when it is told to end.
  const stopServices = async () => services && stopServerProcess(services, "SIGTERM");
  const stopServer = async () => server && stopServerProcess(server);

  await startServer();
  await startServices();
  return {
    host: "127.0.0.1",
    port,
    tlsPort,
    ca,
    startServices,
    async stopServices() {
      await stopServices();
    },
    async stopServer() {
      await stopServer();
    },
    async restart() {
      await stopServices();
      await stopServer();
      await startServer();
      await startServices();
    },
    async stop() {
      await stopServices();
      await stopServer();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes an account as people do, by telling NickServ. */
export async function registerAccount(
  { host, port }: Pick<Inspircd, "host" | "port">,
  account: string,
  password: string,
): Promise<void> {
  const person = await joinAsViewer({ host, port }, account, `#hall-${account}`);
  person.raw(`PRIVMSG NickServ :REGISTER ${password} ${account}@test.local`);
  await until(() => person.lines.some((line) => /^\S+ 900 /.test(line)), `${account} is not registered`);
  person.quit();
}

/** Linked services make the server offer SASL. */
async function untilLinked(port: number): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    const person = await joinAsViewer({ host: "127.0.0.1", port }, `probe${tries}`, "#probe");
    person.raw("CAP LS 302");
    await until(
      () => person.lines.some((line) => / CAP \S+ LS /.test(line)),
      "the server lists no capabilities",
    );
    person.quit();
    if (person.lines.some((line) => / CAP \S+ LS .*\bsasl=/.test(line))) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("the services did not link");
}

async function until(isTrue: () => boolean, otherwise: string): Promise<void> {
  for (let tries = 0; !isTrue(); tries++) {
    if (tries > 200) throw new Error(otherwise);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function required(name: string): string {
  const program = findProgram(name);
  if (!program) throw new Error(`${name} is not installed`);
  return program;
}

const linkPassword = "only-between-two-local-processes";
const modules = [
  ...["spanningtree", "ssl_gnutls", "cap", "sasl", "services_account", "conn_waitpong", "chanhistory"],
  ...["ircv3", "ircv3_batch", "ircv3_ctctags", "ircv3_msgid", "ircv3_servertime", "ircv3_accounttag"],
  ...["ircv3_capnotify"],
];

interface Ports {
  folder: string;
  port: number;
  tlsPort: number;
  linkPort: number;
}

/** waitpong lets nobody in who does not answer a PING; no fake lag, so that tests need not wait. */
function serverSettings({ folder, port, tlsPort, linkPort }: Ports): string {
  return `${modules.map((name) => `<module name="${name}">`).join("\n")}
<server name="irc.test.local" description="test server" network="Test" id="001">
<admin name="test" nick="test" email="test@test.local">
<bind address="127.0.0.1" port="${port}" type="clients">
<bind address="127.0.0.1" port="${tlsPort}" type="clients" sslprofile="main">
<bind address="127.0.0.1" port="${linkPort}" type="servers">
<sslprofile name="main" provider="gnutls" certfile="${folder}/server.pem" keyfile="${folder}/server.key">
<waitpong sendsnotice="no" killonbadreply="yes">
<chanhistory maxlines="50" enableumode="no">
<connect name="all" allow="*" timeout="20" pingfreq="120" hardsendq="1048576" softsendq="65536" recvq="65536"
  commandrate="100000" threshold="1000" fakelag="no" localmax="1000" globalmax="1000" maxchans="500"
  resolvehostnames="no" useident="no">
<link name="services.test.local" ipaddr="127.0.0.1" port="1" allowmask="127.0.0.0/8"
  sendpass="${linkPassword}" recvpass="${linkPassword}">
<uline server="services.test.local" silent="yes">
<sasl target="services.test.local" requiressl="no">
<dns server="127.0.0.1" timeout="1">
<options defaultmodes="not">
<path datadir="${folder}" logdir="${folder}" runtimedir="${folder}">
`;
}

function serviceSettings(linkPort: number): string {
  const names = [
    "protocol/inspircd",
    "backend/opensex",
    "crypto/pbkdf2v2",
    "nickserv/main",
    "nickserv/register",
  ];
  const loaded = [...names, "nickserv/identify", "saslserv/main", "saslserv/plain"];
  const service = (nick: string) =>
    `{ nick = "${nick}"; user = "${nick}"; host = "services.test.local"; real = "${nick}"; };`;
  return `${loaded.map((name) => `loadmodule "modules/${name}";`).join("\n")}
serverinfo {
  name = "services.test.local"; desc = "services"; numeric = "00S"; recontime = 1; netname = "Test";
  adminname = "test"; adminemail = "test@test.local"; registeremail = "test@test.local"; mta = "/bin/true";
  loglevel = { error; }; maxlogins = 100; maxusers = 0; maxnicks = 5; maxchans = 5; auth = none;
};
uplink "irc.test.local" {
  host = "127.0.0.1"; port = ${linkPort}; send_password = "${linkPassword}"; receive_password = "${linkPassword}";
};
nickserv ${service("NickServ")}
saslserv ${service("SaslServ")}
database { };
general { };
`;
}
