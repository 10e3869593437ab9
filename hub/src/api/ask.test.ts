import { expect, test } from "vitest";
import * as z from "zod";
import { ask } from "./ask.ts";

const schema = z.object({ n: z.number() });
const answering = (body: string, status: number, type = "application/json") =>
  ask({ url: "/x", schema }, async () => new Response(body, { status, headers: { "content-type": type } }));

test("an answer of the promised shape is the value", async () => {
  expect(await answering('{"n":1,"more":true}', 200)).toEqual({ ok: true, value: { n: 1 } });
});

test("what is not there, not reachable, not understood or refused is told apart", async () => {
  const problems = await Promise.all([
    answering("{}", 404),
    answering("<!doctype html>", 200, "text/html; charset=utf-8"),
    answering('{"n":"one"}', 200),
    answering("nonsense", 200),
    answering('{"error":{"message":"Too long.","field":"text"}}', 400),
    answering("teapot", 418, "text/plain"),
    answering("bad gateway", 502, "text/plain"),
    ask({ url: "/x", schema }, () => Promise.reject(new TypeError("offline"))),
  ]);
  expect(problems.map((answer) => !answer.ok && answer.problem)).toEqual([
    { kind: "absent" },
    { kind: "absent" },
    { kind: "broken", status: 200 },
    { kind: "broken", status: 200 },
    { kind: "rejected", message: "Too long.", field: "text" },
    { kind: "broken", status: 418 },
    { kind: "unreachable" },
    { kind: "unreachable" },
  ]);
});

test("a body makes it a JSON post with a time limit", async () => {
  let seen: RequestInit | undefined;
  await ask({ url: "/x", schema, body: { a: 1 } }, async (_, init) => {
    seen = init;
    return Response.json({ n: 1 });
  });
  expect([seen?.method, seen?.body, seen?.signal instanceof AbortSignal]).toEqual(["POST", '{"a":1}', true]);
});
