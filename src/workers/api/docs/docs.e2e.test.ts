import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { type ApiAnswer, type ApiStack, startApiStack } from "#test/e2e/api-stack";
import { operationsOf } from "#workers/api/docs/operations";

const documentShape = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) });

let stack: ApiStack;
let document: z.infer<typeof documentShape>;
let page: ApiAnswer;
const operations = () => [...operationsOf(document).values()].flat();

beforeAll(async () => {
  stack = await startApiStack();
  document = documentShape.parse((await stack.call("/openapi.json")).body);
  page = await stack.call("/docs");
});
afterAll(async () => stack?.close());

test("the document is valid OpenAPI 3.1", async () => {
  const result = await new Validator().validate(structuredClone(document));
  expect(result.errors ?? "").toBe("");
  expect(result.valid).toBe(true);
});

test("every route has a summary and a tag and says how it refuses", () => {
  // An alias says `default`: its answers are those of the route it stands for.
  const refuses = (statuses: string[]) => statuses.some((status) => /^(4\d\d|default)$/.test(status));
  const silent = operations().filter(
    ({ summary, tags, responses }) => !summary || tags.length !== 1 || !refuses(Object.keys(responses)),
  );
  expect(silent.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  expect(operations().length).toBeGreaterThan(15);
});

test("the page names every route", () => {
  expect(page.headers.get("content-type")).toContain("text/html");
  for (const { path, summary } of operations()) {
    expect(page.text).toContain(`<code>${path}</code>`);
    expect(page.text).toContain(summary.replaceAll("'", "&#39;").replaceAll('"', "&quot;"));
  }
});

test("the page needs nothing from elsewhere and may run nothing", () => {
  const policy = page.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/script-src|unsafe/);
  expect(page.text).not.toMatch(/<script|\son\w+=|src=|url\(|href="http/i);
  const nonce = /nonce-([\w-]+)/.exec(policy)?.[1];
  expect(page.text).toContain(`<style nonce="${nonce}">`);
});
