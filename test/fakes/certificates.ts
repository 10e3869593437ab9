import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "#test/fakes/server-process";

/** A certificate authority and a certificate for 127.0.0.1, valid for two days: server.pem and server.key in `folder`. */
export function makeCertificates(folder: string): { ca: string } {
  const file = (name: string) => join(folder, name);
  const certtool = findProgram("certtool");
  if (!certtool) throw new Error("certtool is not installed; it is in Debian's package gnutls-bin");
  const run = (...args: string[]) => execFileSync(certtool, args, { stdio: "ignore" });
  const makeKey = (name: string) =>
    run("--generate-privkey", "--key-type", "ecdsa", "--curve", "secp256r1", "--outfile", file(name));
  writeFileSync(file("ca.template"), "cn = test authority\nca\ncert_signing_key\nexpiration_days = 2\n");
  writeFileSync(
    file("server.template"),
    "cn = irc.test.local\nip_address = 127.0.0.1\ntls_www_server\nsigning_key\nexpiration_days = 2\n",
  );
  makeKey("ca.key");
  makeKey("server.key");
  const sign = [
    "--template",
    file("ca.template"),
    "--load-privkey",
    file("ca.key"),
    "--outfile",
    file("ca.pem"),
  ];
  run("--generate-self-signed", ...sign);
  run(
    "--generate-certificate",
    ...["--template", file("server.template"), "--load-privkey", file("server.key")],
    ...["--load-ca-certificate", file("ca.pem"), "--load-ca-privkey", file("ca.key")],
    ...["--outfile", file("server.pem")],
  );
  return { ca: readFileSync(file("ca.pem"), "utf8") };
}
