import fc from "fast-check";

/** Values that have broken servers before. */
const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    "",
    "\u0000",
    "\ud800",
    "__proto__",
    "constructor",
    "' OR 1=1 --",
    "a:b:c:d",
    "x".repeat(70_000),
    -1,
    0,
    1.5,
    2 ** 31,
    2 ** 53,
    1e308,
    null,
    true,
    [],
    {},
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.jsonValue({ maxDepth: 4 }),
);

/** A good body with up to three of its fields, or of others, spoiled. */
export function hostileBodies(
  good: Readonly<Record<string, unknown>>,
): fc.Arbitrary<Record<string, unknown>> {
  const field = fc.oneof(fc.constantFrom(...Object.keys(good)), fc.constantFrom("__proto__", "extra", "id"));
  return fc.array(fc.tuple(field, hostile), { minLength: 1, maxLength: 3 }).map((changes) => {
    const entries = new Map([...Object.entries(good), ...changes]);
    // Not spread into a literal: `__proto__` shall be a key like any other here.
    return Object.fromEntries(entries);
  });
}
