import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WireRequest } from "#test/e2e/bad-requests";
import { aLine, type RouterStack, startRouter } from "#test/e2e/router-client";

let router: RouterStack;
beforeAll(async () => {
  router = await startRouter();
});
afterAll(async () => router?.close());

async function send({
  method,
  path,
  body,
}: WireRequest): Promise<{ status: number; ms: number; text: string }> {
  const startedAt = performance.now();
  const response = await fetch(`${router.stack.url.origin}/api/v1/router/${path}`, {
    method,
    headers: { "x-api-key": router.stack.secrets.serviceApiKey, "content-type": "application/json" },
    body: body ?? null,
  });
  const text = await response.text();
  return { status: response.status, ms: performance.now() - startedAt, text };
}

/** Announces a body and sends none of it: it is refused by its length, before anything of it is read. */
function announce(path: string, bytes: number): Promise<[status: number | undefined, namesBound: boolean]> {
  return new Promise((resolve, reject) => {
    const headers = {
      "x-api-key": router.stack.secrets.serviceApiKey,
      "content-type": "application/json",
      "content-length": bytes,
    };
    const call = request(`${router.stack.url.origin}/api/v1/router/${path}`, { method: "POST", headers });
    call.once("error", reject);
    call.once("response", (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += String(chunk);
      });
      response.once("end", () => {
        call.destroy();
        resolve([response.statusCode, text.includes("At most 10 MB")]);
      });
    });
    call.flushHeaders();
  });
}

describe("what is too large or of the wrong kind is refused with its reason", () => {
  test("a body of 10 MB and more is 413, nested too deep 400 naming the bound", async () => {
    for (const path of [
      "events",
      "events/batch",
      "commands",
      "string-rules",
      "responses",
      "dead-letters/replay",
    ])
      expect([path, ...(await announce(path, 11 << 20))]).toEqual([path, 413, true]);
    const deep = `{"a":${"[".repeat(100_000)}`;
    expect(await send({ method: "POST", path: "events", body: deep })).toMatchObject({ status: 400 });
  });

  test("every bad field of a request is named", async () => {
    const body = JSON.stringify({
      ...aLine(),
      user_id: 7,
      months: -1,
      amount: null,
      surprise: 1,
      message_content: "x".repeat(5001),
    });
    const { status, text } = await send({ method: "POST", path: "events", body });
    expect(status).toBe(400);
    for (const field of ["user_id", "months", "amount", "surprise", "message_content"])
      expect(text).toContain(`"${field}"`);
    const proto = `{"__proto__":{"a":1},${JSON.stringify(aLine()).slice(1)}`;
    expect(await send({ method: "POST", path: "events", body: proto })).toMatchObject({ status: 400 });
    const half = JSON.stringify(aLine()).replace("hello", "\\ud800");
    expect((await send({ method: "POST", path: "events", body: half })).text).toContain("message_content");
  });
});
