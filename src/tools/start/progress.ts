/** Shows which step runs and for how long; one line a step. */
export interface Progress {
  /** Runs one step under its name. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  say(line: string): void;
}

export interface ProgressOutput {
  write(text: string): void;
  isTerminal: boolean;
  now(): number;
}

/** On a terminal the running step counts its seconds in place; elsewhere a slow step says so every 5 s. */
export function makeProgress({ write, isTerminal, now }: ProgressOutput): Progress {
  const clear = isTerminal ? "\r\u001b[K" : "";
  return {
    say: (line) => write(`${clear}${line}\n`),
    async step(name, work) {
      const started = now();
      const seconds = () => ((now() - started) / 1000).toFixed(1);
      const show = () =>
        write(isTerminal ? `${clear}  ${name} … ${seconds()} s` : `  ${name} … ${seconds()} s\n`);
      if (isTerminal) show();
      const tick = setInterval(show, isTerminal ? 200 : 5000);
      try {
        const result = await work();
        write(`${clear}  ${name} (${seconds()} s)\n`);
        return result;
      } catch (error) {
        write(`${clear}  ${name}: failed after ${seconds()} s\n`);
        throw error;
      } finally {
        clearInterval(tick);
      }
    },
  };
}
