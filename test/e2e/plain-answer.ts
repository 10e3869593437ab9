import type { AnswerSchema } from "#test/e2e/free-strings";

/** A value as the schema describes it, with everything in it that may be there. */
export function makePlain(schema: AnswerSchema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choices = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((some) => some ?? []);
  const choice = choices.find(({ type }) => type !== "null");
  if (choice) return makePlain(choice);
  if (schema.properties)
    return Object.fromEntries(Object.entries(schema.properties).map(([name, one]) => [name, makePlain(one)]));
  if (schema.items) return [makePlain(schema.items)];
  return plainOf(
    [schema.type ?? []].flat().find((type) => type !== "null"),
    schema,
  );
}

function plainOf(type: string | undefined, { format, minimum }: AnswerSchema): unknown {
  if (type === "string") return format === "date-time" ? "2030-01-01T00:00:00.000Z" : "plain";
  if (type === "integer" || type === "number") return Math.max(1, minimum ?? 1);
  if (type === "boolean") return true;
  if (type === "array") return [];
  return type === "object" ? {} : null;
}
