import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { demoChannels } from "#simulators/demo";
import { eventually, type Stack, startStack } from "#test/e2e/stack";

let database: TestDatabase;
let stack: Stack;

beforeAll(async () => {
  database = await openTestDatabase();
  stack = await startStack({ databaseUrl: database.url, databaseEndpoint: database.endpoint });
});

afterAll(async () => {
  await stack?.close();
  await database?.close();
});

describe("the borders", () => {
  test("LIB-2 every public Worker says how it is", async () => {
    for (const path of ["/health", "/healthz"]) {
      const response = await fetch(new URL(path, stack.url));
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ status: "healthy", version: "0.2.0" });
    }
  });

  test("COR-1 a request without ids gets both, and both are UUIDs", async () => {
    const { headers } = await fetch(new URL("/health", stack.url));
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect(headers.get("x-correlation-id")).toMatch(uuid);
    expect(headers.get("x-request-id")).toMatch(uuid);
  });

  test("COR-3 a malformed or endless correlation id is replaced", async () => {
    for (const given of ["a b", "x".repeat(10_000), "<script>"]) {
      const { headers } = await fetch(new URL("/health", stack.url), {
        headers: { "x-correlation-id": given },
      });
      expect(headers.get("x-correlation-id")).not.toBe(given);
    }
  });

  test("COR-2 a given correlation id is echoed with a new request id, and COR-4 the lines of the chain carry it", async () => {
    const [channel] = demoChannels;
    const body = {
      platform: "twitch",
      server_id: channel?.server,
      user_id: "9",
      user_name: "Nora",
      message: "!ping",
    };
    const response = await fetch(new URL("/api/v1/router/events", stack.url), {
      method: "POST",
      headers: {
        "x-api-key": stack.secrets.serviceApiKey,
        "x-correlation-id": "chain-1",
        "x-request-id": "given",
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
    expect(response.status, await response.text()).toBe(200);
    expect(response.headers.get("x-correlation-id")).toBe("chain-1");
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f]{8}-/);
    const ofChain = () =>
      stack.logs.flatMap(({ message }) => (message.includes("chain-1") ? [JSON.parse(message)] : []));
    const [line] = await eventually(ofChain, (lines) => lines.length > 0);
    expect(line).toMatchObject({
      module: "channel",
      action: "command.execute",
      correlationId: "chain-1",
      result: "SUCCESS",
    });
  });

  test("LIB-1 errors come in the envelope and show no stack; a route without its key lets nobody in", async () => {
    const address = new URL("/api/v1/router/executions?entity_id=x", stack.url);
    const refused = await fetch(address);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ success: false, error: { code: "ERROR_401" } });
    const bad = await fetch(new URL("?limit=-1&bogus=1", address), {
      headers: { "x-api-key": stack.secrets.serviceApiKey },
    });
    expect(bad.status).toBe(400);
    const body = await bad.json();
    expect(JSON.stringify(body)).not.toContain("at ");
    expect(body).toMatchObject({
      error: {
        code: "ERROR_400",
        details: expect.arrayContaining([expect.objectContaining({ field: "entity_id" })]),
      },
    });
  });

  test("HRD-7 a body over the cap is refused by its announced length, before anything is read from it", async () => {
    expect(await announce(11 << 20)).toBe(413);
    const inFull = await fetch(new URL("/webhooks/slack", stack.url), {
      method: "POST",
      body: "x".repeat(257 << 10),
    });
    expect(inFull.status).toBe(413);
  });

  test("the rehearsal stage refuses another site's page", async () => {
    const response = await fetch(new URL("/rehearsal/state", stack.url), {
      headers: { origin: "https://evil.example" },
    });
    expect(response.status).toBe(403);
  });
});

/** Announces a body and sends none of it: the status that comes all the same. */
function announce(bytes: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(new URL("/webhooks/slack", stack.url), {
      method: "POST",
      headers: { "content-length": bytes },
    });
    call.once("response", (response) => {
      resolve(response.statusCode);
      call.destroy();
    });
    call.once("error", reject);
    call.flushHeaders();
  });
}
