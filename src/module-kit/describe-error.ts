import { ConfigError } from "#module-kit/parse-env";

/**
 * What may be written down of an error: names, codes and places. Never its message, because a database
 * error repeats the parameters, and those are what people wrote. Our own configuration errors are the exception.
 */
export function describeError(error: unknown): { errors: string[]; message?: string; stack: string[] } {
  const chain = unwindCauses(error);
  const config = chain.find((one) => one instanceof ConfigError);
  return {
    errors: chain.map(nameOf),
    ...(config instanceof ConfigError ? { message: config.message } : {}),
    stack: stackFrames(error),
  };
}

function unwindCauses(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let one = error; one !== undefined && one !== null && chain.length < 4; ) {
    chain.push(one);
    one = one instanceof Error ? one.cause : undefined;
  }
  return chain;
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = "code" in error && typeof error.code === "string" ? ` ${error.code}` : "";
  return `${error.name}${code}`;
}

function stackFrames(error: unknown): string[] {
  if (!(error instanceof Error) || !error.stack) return [];
  const frames = error.stack.split("\n").filter((line) => /^\s+at .*[:)]\d*/.test(line));
  return frames.slice(0, 5).map((line) => line.trim());
}
