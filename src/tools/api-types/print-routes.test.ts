import { expect, test } from "vitest";
import { printRoutes } from "#tools/api-types/print-routes";
import { printType } from "#tools/api-types/print-type";

const json = (schema: object) => ({ content: { "application/json": { schema } } });

test("a route becomes its parameters, its body and what is inside of the envelope", () => {
  const thing = { type: "object", properties: { id: { type: "integer" } }, required: ["id"] };
  const printed = printRoutes({
    paths: {
      "/api/v1/things/{id}": {
        put: {
          parameters: [
            { in: "path", name: "id", required: true, schema: { type: "integer" } },
            { in: "query", name: "dry", schema: { type: "boolean" } },
          ],
          requestBody: {
            required: true,
            ...json({ type: "object", properties: { name: { type: "string" } } }),
          },
          responses: {
            200: json({ type: "object", properties: { success: {}, data: thing, timestamp: {} } }),
            404: json({ type: "object", properties: { error: {} } }),
          },
        },
      },
      "/router/things": { get: { responses: { 200: json(thing) } } },
    },
  });
  expect(printed).toContain(
    '  "PUT /api/v1/things/{id}": { params: { "id": number; }; query?: { "dry"?: boolean | undefined; } | undefined; ' +
      'body: { "name"?: string | undefined; }; data: { "id": number; }; };\n',
  );
  expect(printed).not.toContain('"GET /router/things"');
});

test("schemas become the types they describe, and what is not known is unknown", () => {
  const printed = [
    { type: ["string", "null"] },
    { type: "string", enum: ["a", "b"] },
    { type: ["string", "null"], enum: ["a"] },
    { type: "array", items: { anyOf: [{ type: "string" }, { type: "number" }] } },
    { type: "object", additionalProperties: { type: "boolean" } },
    { const: "x" },
    { allOf: [{ type: "string" }, {}] },
    {},
  ].map(printType);
  expect(printed).toEqual([
    "string | null",
    '"a" | "b"',
    '"a" | null',
    "(string | number)[]",
    "Record<string, boolean>",
    '"x"',
    "(string) & (unknown)",
    "unknown",
  ]);
});
