import { readGatewayConfig } from "#gateway/config";
import { startGateway } from "#gateway/gateway";

const stopWithinMs = 5000;

try {
  const gateway = await startGateway(readGatewayConfig(process.env));
  const stop = () => {
    // Whatever hangs, the process ends in time; what was not handed over waits in the spool.
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    void gateway.close().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
} catch (error) {
  console.error(`The gateway cannot start:\n${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
