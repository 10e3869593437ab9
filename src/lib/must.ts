/** The value, or an error that says what is missing: for what the program itself guarantees, never for input. */
export function must<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(`missing: ${what}`);
  return value;
}
