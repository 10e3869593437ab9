import { useForm } from "@mantine/form";
import type * as z from "zod";
import { problemOf } from "#hub/api/problem.ts";

/** A form whose rules are one zod schema; each problem stands at its field. */
export function useSchemaForm<Values extends Record<string, unknown>>(
  schema: z.ZodType<unknown, Values>,
  initialValues: Values,
) {
  return useForm<Values>({
    initialValues,
    validate: (values) => {
      const parsed = schema.safeParse(values);
      return parsed.success ? {} : errorsByField(parsed.error.issues);
    },
  });
}

function errorsByField(issues: readonly z.core.$ZodIssue[]): Record<string, string> {
  // The first problem of a field is enough to start with.
  return Object.fromEntries(issues.toReversed().map(({ path, message }) => [path.join("."), message]));
}

/** What the server said about each field, for `form.setErrors`; whatever it named without a field of the form is left to the page. */
export function fieldErrors(error: unknown): Record<string, string> {
  const problem = problemOf(error);
  if (problem.kind !== "rejected") return {};
  return Object.fromEntries((problem.fields ?? []).map(({ field, message }) => [field, message]));
}
