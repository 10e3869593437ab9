import { expect, test } from "vitest";
import { extractInterface, interfaceName } from "#tools/types";

test("each Worker's environment has a name of its own", () => {
  expect(interfaceName("waddlebot-edge")).toBe("EdgeEnv");
  expect(interfaceName("waddlebot-text-tools")).toBe("TextToolsEnv");
});

test("only the one interface is kept, and a Worker without bindings has none", () => {
  const generated =
    "interface __BaseEnv_EdgeEnv {\n\tKEY: string;\n\tSENDER: Fetcher;\n}\ninterface EdgeEnv extends __BaseEnv_EdgeEnv {}\n";
  expect(extractInterface(generated, "EdgeEnv")).toBe(
    "/** Generated from the wrangler.toml files by `npm run types`; do not edit. */\ninterface EdgeEnv {\n\tKEY: string;\n\tSENDER: Fetcher;\n}\n",
  );
  expect(extractInterface("interface __BaseEnv_CoreEnv {\n}\n", "CoreEnv")).toBe("");
});
