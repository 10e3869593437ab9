import { dirname, join, relative, resolve } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptions } from "miniflare";
import {
  unstable_readConfig as readConfig,
  unstable_getMiniflareWorkerOptions as readWorkerOptions,
  type Unstable_Config,
} from "wrangler";
import { findFreePort, isPortFree } from "#tools/free-port";
import { bundleOrKept } from "#tools/keep-bundle";
import { PlainError } from "#tools/plain-error";
import { isAlive, listProcesses } from "#tools/processes";

export interface WorkersOptions {
  /** Paths of wrangler.toml files; the first is the entry, which answers on `port`. */
  configs: readonly string[];
  /** Variables and secrets by Worker name; they win over those in wrangler.toml. `.dev.vars` is not read. */
  vars?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Code that takes the place of a Worker's own `main`, by Worker name: how fault tests put theirs in. */
  mains?: Readonly<Record<string, string>>;
  /** Other limits of rate-limit bindings, by binding: what a flood is, a test cannot always afford. */
  rateLimits?: Readonly<Record<string, number>>;
  /** Opens workerd's inspector there, for looking into heaps. */
  inspectorPort?: number;
  /** Default: a free one. */
  port?: number;
  /** Keeps the storage of Durable Objects here; without it storage ends with the process. */
  persistTo?: string;
  onLog?: (line: WorkerLog) => void;
  /** workerd died without being asked to. Miniflare starts it again on the same ports at once. */
  onExit?: () => void;
  /** It answers again after such a death. */
  onRestart?: () => void;
}

export interface WorkerLog {
  level: string;
  message: string;
}

export interface RunningWorkers {
  url: URL;
  /** The Worker's own socket, past the entry. The port stays the same over a restart of workerd. */
  urlOf(workerName: string): Promise<URL>;
  /** The number of the workerd process now; undefined between a death and the restart. */
  pid(): number | undefined;
  /** Fires the Worker's cron trigger for that minute, as Cloudflare's clock does; Miniflare has none. */
  runScheduled(workerName: string, at: Date, cron?: string): Promise<void>;
  miniflare: Miniflare;
  dispose(): Promise<void>;
}

/** Runs every Worker with its real wrangler.toml in one workerd process, on 127.0.0.1. */
export async function startWorkers(options: WorkersOptions): Promise<RunningWorkers> {
  const port = options.port ?? (await findFreePort());
  if (!(await isPortFree(port))) throw portTaken(port);
  const workers = await Promise.all(options.configs.map((config) => readWorker(config, options)));
  const { miniflare, url } = await startMiniflare(
    workers.map(({ worker }) => worker),
    port,
    options,
  );
  const watch = watchProcess(port, options.onExit);
  const pid = () => findWorkerd(port);
  return {
    url,
    urlOf: (workerName) => miniflare.unsafeGetDirectURL(workerName),
    pid,
    runScheduled: async (workerName, at, cron = "* * * * *") => {
      const worker = await miniflare.getWorker(workerName);
      const { outcome } = await worker.scheduled({ scheduledTime: at, cron });
      if (outcome !== "ok") throw new Error(`the scheduled run of ${workerName} ended with ${outcome}`);
    },
    miniflare,
    dispose: async () => {
      clearInterval(watch);
      const last = pid();
      await miniflare.dispose();
      if (last !== undefined && isAlive(last)) process.kill(last, "SIGKILL");
    },
  };
}

/** Makes the bundle of every Worker that has changed since the last time. */
export async function prepareBundles(configs: readonly string[]): Promise<void> {
  await Promise.all(configs.map((config) => readWorker(config, { configs })));
}

/** A port that was free a moment ago may be somebody's outgoing connection by now; then others are tried. */
const mostTries = 3;

async function startMiniflare(
  workers: readonly V4WorkerOptions[],
  port: number,
  options: WorkersOptions,
  tries = 1,
): Promise<{ miniflare: Miniflare; url: URL }> {
  const placed = await Promise.all(
    workers.map(async (worker) => ({
      ...worker,
      unsafeDirectSockets: [{ host: "127.0.0.1", port: await findFreePort() }],
    })),
  );
  const miniflare = withoutSignalHandlers(
    () =>
      new Miniflare(
        convertV4MiniflareOptions({
          host: "127.0.0.1",
          port,
          workers: placed,
          // Everything below keeps Miniflare from the network and from other runs on this machine.
          cf: false,
          telemetry: { enabled: false },
          log: new Log(LogLevel.NONE),
          handleStructuredLogs: ({ level, message }) => options.onLog?.({ level, message }),
          unsafeHandleRuntimeRestart: () => options.onRestart?.(),
          ...(options.inspectorPort
            ? { inspectorPort: options.inspectorPort, inspectorHost: "127.0.0.1" }
            : {}),
          ...(options.persistTo ? { resourcePersistencePath: resolve(options.persistTo) } : {}),
        }),
      ),
  );
  try {
    return { miniflare, url: await miniflare.ready };
  } catch (error) {
    await miniflare.dispose().catch(() => undefined);
    const isTaken = error instanceof Error && error.message.includes('socket "direct:');
    if (!isTaken || tries === mostTries) throw error;
    return startMiniflare(workers, port, options, tries + 1);
  }
}

export function portTaken(port: number): PlainError {
  return new PlainError(
    `Port ${port} is taken by another program: stop it, or choose another with --port N.`,
  );
}

async function readWorker(
  config: string,
  { vars = {}, mains = {}, rateLimits = {} }: WorkersOptions,
): Promise<{ worker: V4WorkerOptions }> {
  // Without its list of secrets: wrangler would fill it from the environment of whoever runs it, and complain.
  const { secrets: _secrets, ...settings } = readConfig({ config: resolve(config) });
  const { main, define, workerOptions, externalWorkers } = readWorkerOptions(settings);
  if (!main) throw new PlainError(`${relative(process.cwd(), config)} has no main: it names no code to run.`);
  if (externalWorkers.length > 0) throw new Error(`${config} needs Workers that do not run here`);
  const { name = "", vars: configVars } = settings;
  const script = await bundleOrKept(mains[name] ?? main, define);
  // The rules chose what wrangler bundles as text; the bundle already holds it.
  const { modulesRules: _rules, ...rest } = workerOptions;
  const worker = {
    ...rest,
    ...(Object.keys(rateLimits).length > 0
      ? { ratelimits: withLimits(settings.ratelimits, rateLimits) }
      : {}),
    name,
    modules: [{ type: "ESModule" as const, path: join(dirname(main), "worker.mjs"), contents: script }],
    modulesRoot: dirname(main),
    // Not workerOptions.bindings: wrangler fills it from .dev.vars and .env of whoever runs it.
    bindings: { ...configVars, ...vars[name] },
  };
  return { worker };
}

function withLimits(
  bindings: Unstable_Config["ratelimits"],
  limits: Readonly<Record<string, number>>,
): NonNullable<V4WorkerOptions["ratelimits"]> {
  const entries = bindings.map(({ name, namespace_id, simple }) => {
    return [name, { namespace_id, simple: { ...simple, limit: limits[name] ?? simple.limit } }] as const;
  });
  return Object.fromEntries(entries);
}

/** Miniflare ends the whole process on a signal; whoever started us stops things in an order. */
function withoutSignalHandlers<T>(make: () => T): T {
  const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  const before = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
  const made = make();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (!before.get(signal)?.includes(listener)) process.removeListener(signal, listener);
    }
  }
  return made;
}

/** Our child that listens on the entry port. Miniflare itself does not say its number. */
function findWorkerd(port: number): number | undefined {
  const entry = `--socket-addr=entry=127.0.0.1:${port} `;
  return listProcesses().find(({ parent, command }) => parent === process.pid && command.includes(entry))
    ?.pid;
}

function watchProcess(port: number, onExit: (() => void) | undefined): NodeJS.Timeout {
  let known = findWorkerd(port);
  const watch = setInterval(() => {
    if (known !== undefined && isAlive(known)) return;
    if (known !== undefined) onExit?.();
    known = findWorkerd(port);
  }, 100);
  watch.unref();
  return watch;
}
