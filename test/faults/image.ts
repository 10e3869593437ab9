import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { inProject } from "#tools/paths";

type Step =
  | { do: "copy"; from: string | undefined; names: string[]; to: string }
  | { do: "run"; command: string };

interface Stage {
  name: string;
  workdir: string;
  env: Record<string, string>;
  steps: Step[];
  command: string[];
}

/** What an image is built of, for a machine without Docker: the same files, the same commands, the same start. */
export interface ImageBuild {
  /** The image's root folder. */
  root: string;
  workdir: string;
  env: Record<string, string>;
  command: string[];
}

/**
 * Reads the part of the Dockerfile language that ours uses, and throws at anything else: a line that would be left out
 * would make the test a lie.
 */
export function readDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  for (const line of text.replaceAll(/\\\n/g, " ").split("\n")) {
    const [, word = "", rest = ""] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (/^\s*(#|$)/.test(line)) continue;
    if (word === "FROM") {
      const [, name = String(stages.length)] = / AS (\S+)$/.exec(rest) ?? [];
      stages.push({ name, workdir: "/", env: {}, steps: [], command: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (!stage) throw new Error(`before any FROM: ${line}`);
    read(stage, word, rest);
  }
  return stages;
}

function read(stage: Stage, word: string, rest: string): void {
  if (word === "WORKDIR") stage.workdir = rest;
  else if (word === "ENV")
    for (const pair of rest.split(/\s+/)) {
      const [name = "", value = ""] = pair.split("=");
      stage.env[name] = value;
    }
  else if (word === "COPY") {
    const [, from, paths = ""] = /^(?:--from=(\S+) )?(.*)$/.exec(rest) ?? [];
    const names = paths.split(/\s+/);
    const to = names.pop() ?? "";
    stage.steps.push({ do: "copy", from, names, to });
  } else if (word === "RUN") stage.steps.push({ do: "run", command: rest });
  else if (word === "CMD") stage.command = JSON.parse(rest);
  else if (!["USER", "VOLUME", "EXPOSE", "HEALTHCHECK"].includes(word))
    throw new Error(`a line this reader does not know: ${word} ${rest}`);
}

/**
 * Builds the last stage below `folder`. Commands run in the image's folder; those that only root in an image may do are
 * made to fit. `install` stands in for `npm ci`, which needs a registry and minutes.
 */
export async function buildImage(
  text: string,
  folder: string,
  install?: (workdir: string) => void,
): Promise<ImageBuild> {
  const stages = readDockerfile(text);
  const rootOf = (name: string) => join(folder, name);
  for (const stage of stages) {
    const root = rootOf(stage.name);
    const workdir = join(root, stage.workdir);
    mkdirSync(workdir, { recursive: true });
    for (const step of stage.steps) {
      if (install && step.do === "run" && step.command.startsWith("npm ci")) install(workdir);
      else if (step.do === "run") await runStep(step.command, root, workdir, stage.env);
      else copyStep(step, { workdir, source: step.from === undefined ? inProject() : rootOf(step.from) });
    }
  }
  const last = stages.at(-1);
  if (!last) throw new Error("an image needs a FROM");
  const root = rootOf(last.name);
  return { root, workdir: join(root, last.workdir), env: last.env, command: last.command };
}

function copyStep(
  { names, to }: { names: readonly string[]; to: string },
  { workdir, source }: { workdir: string; source: string },
): void {
  const isFolder = to.endsWith("/");
  for (const name of names) {
    const from = join(source, name);
    if (!existsSync(from)) throw new Error(`COPY ${name}: there is no such file`);
    const target = join(workdir, to, isFolder ? (name.split("/").at(-1) ?? "") : "");
    mkdirSync(dirname(target), { recursive: true });
    cpSync(from, target, { recursive: true, verbatimSymlinks: true });
  }
}

/** `/data` of the image is a folder of ours, and there is no user `node` here. */
function runStep(command: string, root: string, cwd: string, env: Record<string, string>): Promise<void> {
  const here = command.replaceAll(/(?<=\s)\/(?=[a-z])/g, `${root}/`).replaceAll(/\s*&&\s*chown \S+ \S+/g, "");
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", here], { cwd, env: { PATH: process.env["PATH"], HOME: root, ...env } });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data) => {
        output += String(data);
      });
    child.on("error", reject);
    child.on("exit", (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`RUN ${command} ended with ${code}:\n${output.slice(-2000)}`)),
    );
  });
}

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({ dev: z.boolean().optional(), devOptional: z.boolean().optional() }),
  ),
});

/** What `npm ci --omit=dev` would bring, linked from our own: a package that only developers get is not there. */
export function linkPackages(workdir: string): void {
  const { packages } = lockFile.parse(JSON.parse(readFileSync(join(workdir, "package-lock.json"), "utf8")));
  for (const [path, { dev, devOptional }] of Object.entries(packages)) {
    if (
      !/^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path) ||
      dev ||
      devOptional ||
      !existsSync(inProject(path))
    )
      continue;
    mkdirSync(dirname(join(workdir, path)), { recursive: true });
    symlinkSync(inProject(path), join(workdir, path));
  }
}
