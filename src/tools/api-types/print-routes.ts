import * as z from "zod";
import { type JsonSchema, jsonSchema, printMember, printType } from "#tools/api-types/print-type";

const content = z.object({ "application/json": z.object({ schema: jsonSchema }).optional() }).optional();
const operation = z.object({
  parameters: z
    .array(
      z.object({ in: z.string(), name: z.string(), required: z.boolean().optional(), schema: jsonSchema }),
    )
    .default([]),
  requestBody: z.object({ required: z.boolean().optional(), content }).optional(),
  responses: z.record(z.string(), z.object({ content })),
});
type Operation = z.infer<typeof operation>;

const document = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });

/** The hub calls routes by their newest names only. */
const hubPath = /^\/api\/(v1|broker\/v1)\//;

const header = `/** Made from the API's own document by \`npm run types\`; never edited, never committed. */
export interface ApiRoutes {
`;

/** Every route the hub may call as \`"METHOD /path": { params, query, body, data }\`: the hub's build breaks where a route changed. */
export function printRoutes(openapi: unknown): string {
  const lines = Object.entries(document.parse(openapi).paths)
    .filter(([path]) => hubPath.test(path))
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(
        ([method, one]) =>
          `  ${JSON.stringify(`${method.toUpperCase()} ${path}`)}: ${printOperation(one)};\n`,
      ),
    );
  return `${header}${lines.join("")}}\n`;
}

function printOperation({ parameters, requestBody, responses }: Operation): string {
  const inPart = (part: string) => parameters.filter((parameter) => parameter.in === part);
  const body = requestBody?.content?.["application/json"]?.schema;
  const parts = [
    ...printParameters("params", inPart("path")),
    ...printParameters("query", inPart("query")),
    ...(body ? [`body${requestBody?.required === false ? "?" : ""}: ${printType(body)};`] : []),
    `data: ${printData(responses)};`,
  ];
  return `{ ${parts.join(" ")} }`;
}

function printParameters(part: string, parameters: Operation["parameters"]): string[] {
  if (parameters.length === 0) return [];
  const isOptional = parameters.every(({ required }) => !required);
  const members = parameters.map(({ name, required = false, schema }) => printMember(name, schema, required));
  return [`${part}${isOptional ? "?" : ""}: { ${members.join(" ")} }${isOptional ? " | undefined" : ""};`];
}

/** What is inside of the success envelopes; a few old routes answer without one. */
function printData(responses: Operation["responses"]): string {
  const schemas = Object.entries(responses)
    .filter(([status]) => status.startsWith("2"))
    .map(([, response]) => response.content?.["application/json"]?.schema)
    .filter((schema): schema is JsonSchema => schema !== undefined);
  const types = schemas.map((schema) => printType(schema.properties?.["data"] ?? schema));
  return [...new Set(types)].join(" | ") || "undefined";
}
