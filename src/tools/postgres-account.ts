import { spawnSync } from "node:child_process";
import { existsSync, lchownSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { PlainError } from "#tools/plain-error";

/** How to start PostgreSQL's programs: it refuses to run as root, so root hands it to another account. */
export interface PostgresAccount {
  /** Words to put before the program. */
  prefix: readonly string[];
  uid?: number;
  gid?: number;
  /** Gives a path that root made to the account. */
  own(path: string): void;
}

interface Account {
  uid: number;
  gid: number;
}

const asMyself: PostgresAccount = { prefix: [], own: () => undefined };

/** `folder` is where the cluster lives or will live; `programs` where PostgreSQL's programs are. */
export function choosePostgresAccount(folder: string, programs: string): PostgresAccount {
  if (process.getuid?.() !== 0) return asMyself;
  const account = earlierOwner(folder) ?? passwdAccount("postgres") ?? passwdAccount("nobody");
  if (!account) {
    throw new PlainError(
      "PostgreSQL does not run as root and this system has neither an account postgres nor nobody: start as another user.",
    );
  }
  const own = (path: string) => lchownSync(path, account.uid, account.gid);
  if (mayEnter(folder) && mayEnter(programs)) return { prefix: [], ...account, own };
  return { prefix: enterAnyFolder(account, folder), own };
}

/** The account of an earlier run keeps its files. */
function earlierOwner(folder: string): Account | undefined {
  if (!existsSync(folder)) return undefined;
  const { uid, gid } = statSync(folder);
  return uid === 0 ? undefined : { uid, gid };
}

function passwdAccount(name: string): Account | undefined {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((row) => row.startsWith(`${name}:`));
  const parsed = z.tuple([z.coerce.number(), z.coerce.number()]).safeParse(line?.split(":").slice(2, 4));
  return parsed.success && parsed.data[0] !== 0 ? { uid: parsed.data[0], gid: parsed.data[1] } : undefined;
}

/** Whether others may pass every folder above: /root usually says no. */
function mayEnter(path: string): boolean {
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
  }
  return true;
}

/**
 * Keeps one capability through the change of account: passing folders that only root may enter.
 * The secure bit makes it count for access(2) too, with which PostgreSQL looks for its own programs.
 */
function enterAnyFolder({ uid, gid }: Account, folder: string): readonly string[] {
  const keep = ["--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"];
  const prefix = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", ...keep, "--"];
  if (spawnSync("setpriv", [...prefix.slice(1), "true"]).status === 0) return prefix;
  const parent = dirname(folder);
  throw new PlainError(
    `PostgreSQL does not run as root, and its own account may not enter ${parent}: move the project to a folder others may enter (for example /srv), or start as another user.`,
  );
}
