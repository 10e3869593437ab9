import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Something a layer needs from the machine. */
export interface Program {
  /** As people call it. */
  title: string;
  /** The variable that names it outright. */
  variable: string;
  /** Names it goes by; the first one found wins. */
  names: readonly string[];
  /** Debian's package. */
  package: string;
}

export const chromium: Program = {
  title: "Chromium",
  variable: "CHROMIUM_PATH",
  names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
  package: "chromium",
};

export const ngircd: Program = {
  title: "ngircd",
  variable: "NGIRCD_PATH",
  names: ["ngircd"],
  package: "ngircd",
};

export const inspircd: Program = {
  title: "InspIRCd",
  variable: "INSPIRCD_PATH",
  names: ["inspircd"],
  package: "inspircd",
};

/** Checks logins for InspIRCd. */
export const atheme: Program = {
  title: "Atheme",
  variable: "ATHEME_PATH",
  names: ["atheme-services"],
  package: "atheme-services",
};

export type Found = { path: string } | { missing: string };

export interface Machine {
  env: Readonly<Record<string, string | undefined>>;
  isRoot: boolean;
  isExecutable(path: string): boolean;
  /** Installs a Debian package; false when that failed. */
  install(name: string): boolean;
  say(line: string): void;
}

/** The program if it is there, else after installing it where that may be done, else what to do about it. */
export function findOrInstall(program: Program, machine: Machine): Found {
  const found = findProgram(program, machine);
  if (found) return { path: found };
  const apt = search(["apt-get"], machine);
  if (apt && machine.isRoot) {
    machine.say(`Installing ${program.title} (apt-get install ${program.package}) …`);
    if (machine.install(program.package)) {
      const installed = findProgram(program, machine);
      if (installed) return { path: installed };
    }
  }
  const how = apt ? `sudo apt-get install ${program.package}` : `your system's package ${program.package}`;
  return {
    missing: `${program.title} is not here: install it (${how}) or set ${program.variable} to its path`,
  };
}

function findProgram({ variable, names }: Program, machine: Machine): string | undefined {
  const given = machine.env[variable];
  if (given && machine.isExecutable(given)) return given;
  return search(names, machine);
}

/** sbin too: servers live there, and a normal user's PATH leaves it out. */
function search(names: readonly string[], { env, isExecutable }: Machine): string | undefined {
  const folders = [...(env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"].filter(Boolean);
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find(isExecutable);
    if (found) return found;
  }
  return undefined;
}

/** The machine this runs on. */
export function thisMachine(say: (line: string) => void): Machine {
  return {
    env: process.env,
    isRoot: process.getuid?.() === 0,
    isExecutable(path) {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    },
    install: installDebianPackage,
    say,
  };
}

function installDebianPackage(name: string): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args: string[]) =>
    spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"], timeout: 300_000 }).status ===
    0;
  const options = ["-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=60"];
  // A package list that is there may do; only without one is the index fetched.
  return apt("install", ...options, name) || (apt("update", "-qq") && apt("install", ...options, name));
}
