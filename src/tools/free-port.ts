import { createServer } from "node:net";
import { errorCode } from "#tools/plain-error";

/** Whether 127.0.0.1 takes a listener on this port now. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

/** A port that was free a moment ago: `preferred` if it is, else one the system chooses. */
export async function findFreePort(preferred?: number): Promise<number> {
  const port = (preferred && (await listenOnce(preferred))) || (await listenOnce(0));
  if (!port) throw new Error("the system has no free port");
  return port;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => {
      if (errorCode(error) === "EADDRINUSE" || errorCode(error) === "EACCES") resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : undefined));
    });
  });
}
