import * as z from "zod";

/** The part of JSON Schema that the API's document uses. */
export interface JsonSchema {
  type?: string | string[] | undefined;
  enum?: unknown[] | undefined;
  const?: unknown;
  properties?: Record<string, JsonSchema> | undefined;
  required?: string[] | undefined;
  additionalProperties?: boolean | JsonSchema | undefined;
  items?: JsonSchema | undefined;
  anyOf?: JsonSchema[] | undefined;
  oneOf?: JsonSchema[] | undefined;
  allOf?: JsonSchema[] | undefined;
}

export const jsonSchema: z.ZodType<JsonSchema> = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  properties: z
    .record(
      z.string(),
      z.lazy(() => jsonSchema),
    )
    .optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.union([z.boolean(), z.lazy(() => jsonSchema)]).optional(),
  items: z.lazy(() => jsonSchema).optional(),
  anyOf: z.array(z.lazy(() => jsonSchema)).optional(),
  oneOf: z.array(z.lazy(() => jsonSchema)).optional(),
  allOf: z.array(z.lazy(() => jsonSchema)).optional(),
});

const plain: Record<string, string> = {
  string: "string",
  number: "number",
  integer: "number",
  boolean: "boolean",
  null: "null",
};

/** A JSON schema as a TypeScript type. What it does not know is `unknown`: whoever reads such a value must look first. */
export function printType(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return orNull(unionOf(schema.enum.map((value) => JSON.stringify(value))), schema);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return unionOf(choices.map(printType));
  if (schema.allOf) return schema.allOf.map((part) => `(${printType(part)})`).join(" & ");
  const types = [schema.type ?? []].flat();
  return types.length === 0 ? "unknown" : unionOf(types.map((type) => printOne(type, schema)));
}

function printOne(type: string, schema: JsonSchema): string {
  if (type === "array") return `(${schema.items ? printType(schema.items) : "unknown"})[]`;
  if (type === "object") return printObject(schema);
  return plain[type] ?? "unknown";
}

function printObject({ properties, required = [], additionalProperties }: JsonSchema): string {
  const members = Object.entries(properties ?? {}).map(([name, schema]) =>
    printMember(name, schema, required.includes(name)),
  );
  if (members.length > 0) return `{ ${members.join(" ")} }`;
  const values = typeof additionalProperties === "object" ? printType(additionalProperties) : "unknown";
  return `Record<string, ${values}>`;
}

/** An optional member may also be there as `undefined`: JSON leaves it out either way. */
export function printMember(name: string, schema: JsonSchema, isRequired: boolean): string {
  const type = printType(schema);
  return `${JSON.stringify(name)}${isRequired ? `: ${type}` : `?: ${type} | undefined`};`;
}

function unionOf(types: readonly string[]): string {
  return [...new Set(types)].map((type) => (type.includes("&") ? `(${type})` : type)).join(" | ") || "never";
}

function orNull(type: string, { type: types, enum: values = [] }: JsonSchema): string {
  return [types].flat().includes("null") && !values.includes(null) ? `${type} | null` : type;
}
