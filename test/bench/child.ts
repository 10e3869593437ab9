import { type ChildProcess, fork } from "node:child_process";
import * as z from "zod";
import { inProject } from "#tools/paths";
import { stopProcess } from "#tools/processes";

export interface Child {
  pid: number;
  send(message: object): void;
  /** The child's next message; rejects when it ends instead. */
  next(): Promise<unknown>;
  close(): Promise<void>;
}

/** A script of this folder in a process of its own, told what it needs over its private channel and nowhere else. */
export function startChild(script: string): Child {
  const child = fork(inProject("test", "bench", script), {
    env: { ...process.env, NODE_ENV: "production" },
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const pid = z.int().parse(child.pid);
  return {
    pid,
    send: (message) => void child.send(message),
    next: () => nextMessage(child, script),
    close: async () => {
      await stopProcess(pid, ["SIGTERM", "SIGKILL"], 1000);
    },
  };
}

function nextMessage(child: ChildProcess, script: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`${script} ended with ${code}`));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      resolve(message);
    });
  });
}

const listening = z.object({ port: z.int() });
const origin = (port: number) => `http://127.0.0.1:${port}`;

/** Starts a server process of this folder; `settings` are its first message, its port its first answer. */
export async function startPeer(script: string, settings: object): Promise<Child & { url: string }> {
  const child = startChild(script);
  const answer = child.next();
  child.send(settings);
  const { port } = listening.parse(await answer);
  return { ...child, url: origin(port) };
}
