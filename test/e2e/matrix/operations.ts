import * as z from "zod";

/** What the document says of a value: enough to make one that is right. */
const schema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  minimum: z.number().optional(),
  minLength: z.number().optional(),
  format: z.string().optional(),
  required: z.array(z.string()).default([]),
  get properties() {
    return z.record(z.string(), schema).optional();
  },
  get items() {
    return schema.optional();
  },
  get anyOf() {
    return z.array(schema).optional();
  },
  get oneOf() {
    return z.array(schema).optional();
  },
});
export type Schema = z.infer<typeof schema>;

const operation = z.looseObject({
  /** Empty: whoever asks is answered, key or not. */
  security: z.array(z.unknown()).optional(),
  parameters: z
    .array(
      z.looseObject({
        name: z.string(),
        in: z.string(),
        required: z.boolean().default(false),
        schema: schema.optional(),
      }),
    )
    .default([]),
  requestBody: z
    .looseObject({ content: z.record(z.string(), z.looseObject({ schema: schema.optional() })) })
    .optional(),
});
const apiDocument = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
});

export interface Operation {
  /** `GET /api/v1/communities`. */
  name: string;
  method: string;
  path: string;
  parameters: z.infer<typeof operation>["parameters"];
  body: Schema | undefined;
  /** The document says that nobody is asked who they are. */
  isPublic: boolean;
}

/** The same routes under their older paths are the same handlers. */
const olderPath = /^\/(?:api\/)?router\//;
const methods = new Set(["get", "post", "put", "patch", "delete"]);

/** Every operation of the document once, in an order that does not depend on where its routes stand. */
export function operationsOf(document: unknown): Operation[] {
  return Object.entries(apiDocument.parse(document).paths)
    .filter(([path]) => !olderPath.test(path))
    .flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => methods.has(method))
        .map(([lower, { parameters, requestBody, security }]): Operation => {
          const method = lower.toUpperCase();
          const body = requestBody?.content["application/json"]?.schema;
          const isPublic = security?.length === 0 || /\/health$/.test(path);
          return { name: `${method} ${path}`, method, path, parameters, body, isPublic };
        }),
    )
    .sort(
      (one, other) =>
        one.path.localeCompare(other.path, "en") || one.method.localeCompare(other.method, "en"),
    );
}

/** Whether a request says somewhere which community, or a thing of one, it is about. */
export function isAboutOne({ path, parameters, body }: Operation): boolean {
  const named = /community|entity_id|_id\}|\{id\}|channel_id|user_key|user_id/;
  return (
    named.test(path) ||
    parameters.some(({ name }) => named.test(name)) ||
    named.test(JSON.stringify(body ?? {}))
  );
}
