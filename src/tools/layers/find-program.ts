import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { inProject } from "#tools/paths";

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
  /** The one file of the package that is wanted: it is unpacked, because installing the rest would start a service. */
  file?: string;
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

/** Judges alert rules as Prometheus does. */
export const promtool: Program = {
  title: "promtool",
  variable: "PROMTOOL_PATH",
  names: ["promtool"],
  package: "prometheus",
  file: join("usr", "bin", "promtool"),
};

export type Found = { path: string } | { missing: string };

export interface Machine {
  env: Readonly<Record<string, string | undefined>>;
  isRoot: boolean;
  isExecutable(path: string): boolean;
  /** Installs a Debian package; false when that failed. */
  install(name: string): boolean;
  /** Unpacks a Debian package beside the project's other caches; undefined when that failed. */
  unpack(name: string): string | undefined;
  say(line: string): void;
}

/** The program if it is there, else after installing it where that may be done, else what to do about it. */
export function findOrInstall(program: Program, machine: Machine): Found {
  const found = findProgram(program, machine);
  if (found) return { path: found };
  const apt = search(["apt-get"], machine);
  const unpacked = apt && unpack(program, machine);
  if (unpacked) return { path: unpacked };
  if (apt && machine.isRoot && !program.file) {
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

function unpack({ title, package: name, file }: Program, machine: Machine): string | undefined {
  if (!file) return undefined;
  const known = join(unpackedFolder, name, file);
  if (machine.isExecutable(known)) return known;
  machine.say(`Unpacking ${title} (apt-get download ${name}) …`);
  const folder = machine.unpack(name);
  const path = folder && join(folder, file);
  return path && machine.isExecutable(path) ? path : undefined;
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

const unpackedFolder = inProject("node_modules", ".cache", "waddlebot", "programs");

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
    unpack: unpackDebianPackage,
    say,
  };
}

/** Whoever runs it: a download needs no rights, but the list of packages must be there. */
function unpackDebianPackage(name: string): string | undefined {
  const download = mkdtempSync(join(tmpdir(), "waddlebot-package-"));
  try {
    if (!run(["apt-get", "download", "-qq", name], download)) return undefined;
    const [archive] = readdirSync(download).filter((file) => file.endsWith(".deb"));
    if (!archive) return undefined;
    const folder = join(unpackedFolder, name);
    mkdirSync(folder, { recursive: true });
    return run(["dpkg-deb", "-x", join(download, archive), folder], download) ? folder : undefined;
  } finally {
    rmSync(download, { recursive: true, force: true });
  }
}

function run([program, ...args]: [string, ...string[]], cwd: string): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const stdio: ["ignore", "ignore", "inherit"] = ["ignore", "ignore", "inherit"];
  return spawnSync(program, args, { cwd, env, stdio, timeout: 300_000 }).status === 0;
}

function installDebianPackage(name: string): boolean {
  const apt = (...args: string[]) => run(["apt-get", ...args], inProject());
  const options = ["-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=60"];
  // A package list that is there may do; only without one is the index fetched.
  return apt("install", ...options, name) || (apt("update", "-qq") && apt("install", ...options, name));
}
