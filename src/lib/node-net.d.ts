/** The one call of it that runs in workerd too: its host names are resolved by workerd, not over DNS-over-HTTPS. */
declare module "node:net" {
  export interface Socket {
    once(event: "connect", listener: () => void): Socket;
    once(event: "error", listener: (error: Error) => void): Socket;
    destroy(): Socket;
  }
  export function connect(options: { host: string; port: number }): Socket;
}
