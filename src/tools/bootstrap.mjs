// Plain JavaScript for Node ≥ 18 with built-ins only: it brings everything else.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled, ownNode } from "./install.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Ctrl-C reaches us from the terminal and once more through npm; within this time both are one. */
const sameSignalMs = 500;

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});

async function main([command = "", ...args]) {
  const script = join(root, "src", "tools", `${command}.ts`);
  if (!/^[a-z-]+$/.test(command) || !existsSync(script)) {
    throw new Error(`There is no command "${command}": see "scripts" in package.json.`);
  }
  if (Number(process.versions.node.split(".")[0]) < 18) {
    throw new Error(`Node ${process.versions.node} is too old to begin with: install Node 18 or newer.`);
  }
  await ensureInstalled(root, {
    write: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
  });
  runCommand(script, args);
}

/** Its own process group: the terminal's Ctrl-C goes to us alone, and after a crash the whole group can be ended. */
function runCommand(script, args) {
  const isPosix = process.platform !== "win32";
  const child = spawn(ownNode(root), ["--disable-warning=ExperimentalWarning", script, ...args], {
    stdio: "inherit",
    detached: isPosix,
  });
  let lastAt = 0;
  const forward = (signal) => {
    if (Date.now() - lastAt < sameSignalMs) return;
    lastAt = Date.now();
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, forward);
  stopWithParent(forward);
  child.once("error", (error) => {
    console.error(
      `The project's own Node does not start (${error.message}): remove node_modules and try again.`,
    );
    process.exitCode = 1;
  });
  child.once("exit", (code) => {
    // After a clean end the group is empty; after a crash this is what still ends the rest.
    if (isPosix) endGroup(child.pid);
    process.exitCode = code ?? 1;
  });
}

/** npm tells only its shell to end, and the shell tells nobody: that it is gone is our signal. */
function stopWithParent(forward) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    forward("SIGTERM");
  }, 300);
  watch.unref();
}

function endGroup(pid) {
  try {
    process.kill(-pid, "SIGTERM");
  } catch {
    // The group is empty: nothing was left behind.
  }
}
