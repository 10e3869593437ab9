import * as z from "zod";
import type { Target } from "#test/e2e/bad-requests";

/** The part of an OpenAPI document that says what a right request looks like. */
const schema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  minimum: z.number().optional(),
  minLength: z.number().optional(),
  minItems: z.number().optional(),
  format: z.string().optional(),
  get properties() {
    return z.record(z.string(), schema).optional();
  },
  get items() {
    return schema.optional();
  },
  get anyOf() {
    return z.array(schema).optional();
  },
});
type Schema = z.infer<typeof schema>;
const operation = z.looseObject({
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.string(), schema: schema.optional() }))
    .default([]),
  requestBody: z
    .looseObject({ content: z.record(z.string(), z.looseObject({ schema: schema.optional() })) })
    .optional(),
});
export const apiDocument = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) });
export type ApiDocument = z.infer<typeof apiDocument>;

/** One request for every operation, made of what the document says; `isWanted` chooses which. Some of them are right, and change that community. */
export function targetsOf(
  { paths }: ApiDocument,
  communityId: number,
  isWanted: (method: string, path: string) => boolean,
): Target[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([name, { parameters, requestBody }]): Target[] => {
      const method = name.toUpperCase();
      if (!isWanted(method, path)) return [];
      const query = parameters
        .filter((one) => one.in === "query")
        .map((one): [string, string] => [one.name, String(exampleOf(one.schema ?? {}))]);
      const body = exampleOf(requestBody?.content["application/json"]?.schema ?? {});
      return [
        {
          method,
          // The community is a real one, so that what comes behind it is looked at; every other part is anything.
          path: path.replaceAll("{community_id}", String(communityId)).replaceAll(/\{[^}]+\}/g, "{}"),
          ...(query.length > 0 ? { query: Object.fromEntries(query) } : {}),
          ...(isRecord(body) ? { body } : {}),
        },
      ];
    }),
  );
}

function exampleOf(given: Schema, depth = 0): unknown {
  const { enum: choices, anyOf, properties, items, format } = given;
  if (given.const !== undefined) return given.const;
  if (choices) return choices[0];
  if (anyOf) return exampleOf(anyOf[0] ?? {}, depth);
  const type = Array.isArray(given.type) ? given.type[0] : given.type;
  if (properties && depth < 5)
    return Object.fromEntries(
      Object.entries(properties).map(([name, one]) => [name, exampleOf(one, depth + 1)]),
    );
  if (type === "array") return (given.minItems ?? 0) > 0 || items ? [exampleOf(items ?? {}, depth + 1)] : [];
  if (type === "integer" || type === "number") return Math.max(1, given.minimum ?? 1);
  if (type === "boolean") return true;
  if (type === "string" && format === "date-time") return "2030-01-01T00:00:00Z";
  if (type === "string" && format === "uri") return "https://a.example/";
  return type === "string" ? "a".repeat(Math.max(3, given.minLength ?? 0)) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
