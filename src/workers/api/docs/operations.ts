import * as z from "zod";

const schemaPart = z.looseObject({
  type: z.unknown().optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
});
export const parameter = z.looseObject({
  name: z.string(),
  in: z.string(),
  required: z.boolean().default(false),
  schema: schemaPart.optional(),
});
export const content = z.record(z.string(), z.looseObject({ schema: z.unknown().optional() })).optional();
const operation = z.looseObject({
  summary: z.string().default(""),
  tags: z.array(z.string()).default([]),
  parameters: z.array(parameter).default([]),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string(), content })),
});
export type Operation = z.infer<typeof operation> & { method: string; path: string };
const methods = ["get", "post", "put", "patch", "delete"] as const;

/** Every route of a document, by tag. */
export function operationsOf(document: { paths?: object | undefined }): Map<string, Operation[]> {
  const found = Object.entries(document.paths ?? {}).flatMap(([path, item]) => {
    const methodsOfPath = z.record(z.string(), z.unknown()).parse(item);
    return methods
      .filter((method) => methodsOfPath[method] !== undefined)
      .map((method) => ({ ...operation.parse(methodsOfPath[method]), method, path }));
  });
  return Map.groupBy(found, ({ tags }) => tags[0] ?? "other");
}
