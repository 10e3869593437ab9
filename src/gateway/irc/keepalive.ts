/** Our own PING: a connection that looks open and answers nothing is left. */
export interface Keepalive {
  start(): void;
  /** Any PONG will do: there is one question at a time. */
  answered(): void;
  stop(): void;
}

export interface KeepaliveOptions {
  everyMs: number;
  answerMs: number;
  ping: () => void;
  onSilence: () => void;
}

export function makeKeepalive({ everyMs, answerMs, ping, onSilence }: KeepaliveOptions): Keepalive {
  let timer: NodeJS.Timeout | undefined;
  function ask(): void {
    ping();
    timer = setTimeout(onSilence, answerMs);
  }
  function start(): void {
    clearTimeout(timer);
    timer = setTimeout(ask, everyMs);
  }
  return { start, answered: start, stop: () => clearTimeout(timer) };
}
