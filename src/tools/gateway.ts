import { gatewayHelp } from "#gateway/help";

if (process.argv.includes("--help")) console.log(gatewayHelp);
else await import("#gateway/main");
