import * as z from "zod";
import { makePlain } from "#test/e2e/plain-answer";

/** The part of the API's document that says which words of an answer are anybody's. */
export interface AnswerSchema {
  type?: string | string[] | undefined;
  enum?: unknown[] | undefined;
  const?: unknown;
  format?: string | undefined;
  pattern?: string | undefined;
  minimum?: number | undefined;
  properties?: Record<string, AnswerSchema> | undefined;
  additionalProperties?: boolean | AnswerSchema | undefined;
  items?: AnswerSchema | undefined;
  anyOf?: AnswerSchema[] | undefined;
  oneOf?: AnswerSchema[] | undefined;
  allOf?: AnswerSchema[] | undefined;
}

const inner = z.lazy(() => answerSchema);
const answerSchema: z.ZodType<AnswerSchema> = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  properties: z.record(z.string(), inner).optional(),
  additionalProperties: z.union([z.boolean(), inner]).optional(),
  items: inner.optional(),
  anyOf: z.array(inner).optional(),
  oneOf: z.array(inner).optional(),
  allOf: z.array(inner).optional(),
});
const content = z
  .looseObject({ "application/json": z.looseObject({ schema: answerSchema }).optional() })
  .optional();
const operation = z.looseObject({ responses: z.record(z.string(), z.looseObject({ content })) });
const documentShape = z.looseObject({
  paths: z.record(z.string(), z.looseObject({ get: operation.optional() })),
});

/** What is known of the answer to one read. */
export interface FreeAnswer {
  path: string;
  /** Where words stand that the document binds to nothing: `.data.items[].name`; `{}` is any key. */
  free: string[];
  /** An answer's lists and objects that may be empty, filled with one example, by the place they stand in. */
  examples: Record<string, unknown>;
}

/** Every read of the API with the free words of its answer, from the API's own document: a new field is in it by itself. */
export function freeAnswers(openapi: unknown): FreeAnswer[] {
  return Object.entries(documentShape.parse(openapi).paths).flatMap(([path, { get }]) => {
    const schema = get?.responses["200"]?.content?.["application/json"]?.schema;
    if (schema === undefined) return [];
    const found = { free: new Set<string>(), bound: new Set<string>(), examples: new Map<string, unknown>() };
    walk(schema, "", found);
    const free = [...found.free].filter((place) => !found.bound.has(place));
    return [{ path, free, examples: Object.fromEntries(found.examples) }];
  });
}

interface Found {
  free: Set<string>;
  bound: Set<string>;
  examples: Map<string, unknown>;
}

function walk(schema: AnswerSchema, place: string, found: Found): void {
  for (const one of [schema.anyOf, schema.oneOf, schema.allOf].flatMap((some) => some ?? []))
    walk(one, place, found);
  const types = [schema.type ?? []].flat();
  const isBound = schema.enum ?? schema.const ?? schema.format ?? schema.pattern;
  if (isBound !== undefined) found.bound.add(place);
  else if (types.includes("string")) found.free.add(place);
  for (const [name, one] of Object.entries(schema.properties ?? {})) walk(one, `${place}.${name}`, found);
  if (typeof schema.additionalProperties === "object")
    walk(schema.additionalProperties, `${place}.{}`, found);
  if (schema.properties && place !== "") found.examples.set(place, makePlain(schema));
  if (schema.items) {
    found.examples.set(`${place}[]`, makePlain(schema.items));
    walk(schema.items, `${place}[]`, found);
  }
}
