import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { channelConfig } from "#contracts/channel-config";
import { platformEvent } from "#contracts/event";
import { execution } from "#contracts/execution";
import { gatewayDown, gatewayUp } from "#contracts/gateway";
import { invocation, moduleResult } from "#contracts/module";
import { overlayFrame, overlayPageMessage } from "#contracts/overlay";
import { outboundMessage } from "#contracts/sender";
import { productVersion, wireHistory, wireVersion } from "#contracts/version";

const wire = {
  channelConfig,
  platformEvent,
  execution,
  gatewayDown,
  gatewayUp,
  invocation,
  moduleResult,
  overlayFrame,
  overlayPageMessage,
  outboundMessage,
};

test("the wire cannot change by accident: the schemas' hash is the one recorded with the version", () => {
  const schemas = Object.entries(wire).map(([name, schema]) => [
    name,
    z.toJSONSchema(schema, { io: "input" }),
  ]);
  const hash = createHash("sha256").update(JSON.stringify(schemas)).digest("hex").slice(0, 16);
  expect(wireHistory.at(-1)).toMatchObject({ version: wireVersion, hash });
});

test("versions rise by one and each says what changed", () => {
  expect(wireHistory.map(({ version }) => version)).toEqual(wireHistory.map((_, index) => index + 1));
  expect(wireHistory.every(({ change }) => change.length > 0)).toBe(true);
});

test("the product's version is the package's", () => {
  expect(productVersion).toBe(
    z.object({ version: z.string() }).parse(JSON.parse(readFileSync("package.json", "utf8"))).version,
  );
});
