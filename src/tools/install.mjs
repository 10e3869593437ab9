// Plain JavaScript for Node ≥ 18 with built-ins only: it runs before anything is installed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** What the installed packages were made from: the lock file and the system they were built for. */
export function fingerprint(root) {
  const hash = createHash("sha256");
  for (const file of ["package-lock.json", ".npmrc"]) {
    if (existsSync(join(root, file))) hash.update(readFileSync(join(root, file)));
  }
  return `${hash.digest("hex")} ${process.platform} ${process.arch}\n`;
}

const stampFile = (root) => join(root, "node_modules", ".waddlebot-install");

/** Where the project's own Node 24 is, once installed. */
export function ownNode(root) {
  return join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
}

/** False when packages are missing, half installed, or of another lock file. */
export function isInstalled(root) {
  if (!existsSync(ownNode(root)) || !existsSync(stampFile(root))) return false;
  return readFileSync(stampFile(root), "utf8") === fingerprint(root);
}

/**
 * True when somebody's own `npm install` already brought exactly what the lock file names: npm writes what it
 * installed into node_modules/.package-lock.json when it is done. Packages of other systems may be missing.
 */
export function isInstalledByHand(root) {
  const installedFile = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(ownNode(root)) || !existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages ?? {};
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages ?? {};
  return Object.entries(wanted).every(([path, { version, optional, peer, link }]) => {
    if (path === "" || link) return true;
    const found = installed[path];
    return found ? found.version === version : optional === true || peer === true;
  });
}

/** Runs `npm ci` unless all is there. Two at once: the second waits for the first. Throws one sentence. */
export async function ensureInstalled(root, { npm = findNpm(process.env), write, isTerminal }) {
  if (isInstalled(root)) return false;
  if (isInstalledByHand(root)) {
    writeFileSync(stampFile(root), fingerprint(root));
    return false;
  }
  const release = await takeLock(root, write);
  try {
    if (isInstalled(root)) return false;
    await runNpmCi(root, npm, { write, isTerminal });
    writeFileSync(stampFile(root), fingerprint(root));
    return true;
  } finally {
    release();
  }
}

/** The npm that started us, else the one on the path. */
export function findNpm({ npm_execpath: started }) {
  if (started && /npm-cli\.c?js$/.test(started)) return { command: process.execPath, args: [started] };
  return { command: process.platform === "win32" ? "npm.cmd" : "npm", args: [] };
}

async function runNpmCi(root, npm, { write, isTerminal }) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  write("Installing packages (npm ci) …\n");
  const tick = setInterval(
    () =>
      write(isTerminal ? `\r  still installing, ${seconds()} s ` : `  still installing, ${seconds()} s\n`),
    isTerminal ? 1000 : 5000,
  );
  try {
    const flags = ["--include=dev", "--include=optional", "--no-progress", "--loglevel=error"];
    let { code, output } = await run(npm, ["ci", ...flags], root);
    if (code !== 0 && lacksOnlyOtherSystems(root, output)) {
      ({ code, output } = await run(npm, ["install", "--no-save", ...flags], root));
    }
    if (code !== 0) throw new Error(`${explainNpm(output)}\n${quoteNpm(output)}`);
  } finally {
    clearInterval(tick);
    if (isTerminal) write("\r\u001b[K");
  }
  if (!existsSync(ownNode(root))) {
    throw new Error(
      "The packages are installed but Node 24 is not among them: the install scripts did not run (npm's ignore-scripts setting?).",
    );
  }
  write(`Packages installed in ${seconds()} s.\n`);
}

/**
 * npm leaves packages of other systems out of a lock file that was made where they could not be fetched, and then
 * refuses that file (`npm ci` wants all of them). `npm install --no-save` keeps every version the file names.
 */
export function lacksOnlyOtherSystems(root, output) {
  const missing = [...output.matchAll(/^npm (?:error|ERR!) Missing: (\S+)@\S* from lock file$/gm)].map(
    ([, name]) => name,
  );
  if (missing.length === 0 || /^npm (?:error|ERR!) Invalid: /m.test(output)) return false;
  const packages = Object.values(
    JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages ?? {},
  );
  const optional = new Set(
    packages.flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies)),
  );
  return missing.every((name) => optional.has(name));
}

/** One sentence for what npm complains about, with what to do. */
export function explainNpm(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/.test(output)) {
    return "Installing packages failed because the npm registry cannot be reached: check the network and run the same command again.";
  }
  if (/ENOSPC/.test(output))
    return "Installing packages failed because the disk is full: free about 1 GB and run the same command again.";
  if (/EACCES|EPERM/.test(output)) {
    return "Installing packages failed because this user may not write node_modules: give the folder to this user and run the same command again.";
  }
  if (/can only install packages when your package.json and package-lock.json/.test(output)) {
    return "Installing packages failed because package.json and package-lock.json disagree: run npm install once and commit the lock file.";
  }
  return "Installing packages failed; npm says why:";
}

/** npm's own first words; its help text and where its log is say nothing new. */
function quoteNpm(output) {
  const lines = output.split("\n").filter((line) => /^npm (error|ERR!) \S/.test(line));
  return lines.slice(0, 8).join("\n");
}

function run({ command, args }, more, root) {
  return new Promise((resolve, reject) => {
    // CI=true keeps npm from asking questions, and our standard input stays ours.
    const child = spawn(command, [...args, ...more], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, CI: "true", NODE_ENV: "development" },
      shell: command.endsWith(".cmd"),
    });
    const stop = (signal) => child.kill(signal);
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        output += text;
      });
    }
    child.once("error", (cause) => {
      const sentence =
        "npm is not there: install Node 18 or newer together with npm, then run the same command again.";
      reject(cause.code === "ENOENT" ? new Error(sentence) : cause);
    });
    child.once("close", (code, signal) => {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      if (signal)
        reject(new Error("Installing packages was stopped; run the same command again to finish it."));
      else resolve({ code, output });
    });
  });
}

/** A file beside node_modules, because `npm ci` removes that folder. */
async function takeLock(root, write) {
  const folder = join(root, ".data");
  const file = join(folder, "install.lock");
  mkdirSync(folder, { recursive: true });
  for (let isTold = false; ; isTold = true) {
    try {
      const handle = openSync(file, "wx", 0o600);
      writeFileSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (isAbandoned(file)) rmSync(file, { force: true });
    else {
      if (!isTold) write("Another command is installing packages; waiting for it …\n");
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

function isAbandoned(file) {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    // An empty file is one that is just being written, unless it stays so.
    if (pid === 0) return Date.now() - statSync(file).mtimeMs > 5000;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}
