import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { makeApiApp } from "#workers/api/app";
import { operationsOf } from "#workers/api/docs/docs-page";

const env = { SERVICE_API_KEY: "", CORS_ORIGIN: "" };
const ask = (path: string) => makeApiApp().request(path, {}, env);
const document = z
  .looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) })
  .parse(await (await ask("/openapi.json")).json());
const operations = [...operationsOf(document).values()].flat();

test("the document is valid OpenAPI 3.1", async () => {
  const result = await new Validator().validate(structuredClone(document));
  expect(result.errors ?? "").toBe("");
  expect(result.valid).toBe(true);
});

describe("every route says what it is for and how it refuses", () => {
  test("there are routes", () => expect(operations.length).toBeGreaterThan(15));

  test.each(operations.map((one) => [`${one.method} ${one.path}`, one]))(
    "%s",
    (_, { summary, tags, responses }) => {
      expect(summary).not.toBe("");
      expect(tags).toHaveLength(1);
      expect(Object.keys(responses).filter((status) => /^4\d\d$/.test(status))).not.toEqual([]);
    },
  );
});

describe("GET /docs", async () => {
  const response = await ask("/docs");
  const text = await response.text();

  test("names every route", () => {
    expect(response.headers.get("content-type")).toContain("text/html");
    for (const { path, summary } of operations) {
      expect(text).toContain(`<code>${path}</code>`);
      expect(text).toContain(summary.replaceAll("'", "&#39;").replaceAll('"', "&quot;"));
    }
  });

  test("needs nothing from elsewhere and may run nothing", () => {
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/script-src|unsafe/);
    expect(text).not.toMatch(/<script|\son\w+=|src=|url\(|href="http/i);
    const nonce = /nonce-([\w-]+)/.exec(policy)?.[1];
    expect(text).toContain(`<style nonce="${nonce}">`);
  });
});
