/** Headers for a call further down: the same chain, a request of its own (60-infrastructure §1.59). */
export function onwardHeaders(correlationId: string, newId: () => string): Record<string, string> {
  return { "x-correlation-id": correlationId, "x-request-id": newId() };
}

/** A fetch whose every call carries them. Headers given with a call stay. */
export function withOnwardHeaders(
  inner: typeof fetch,
  correlationId: string,
  newId: () => string,
): typeof fetch {
  return (input, init = {}) => {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(onwardHeaders(correlationId, newId))) headers.set(name, value);
    return inner(input, { ...init, headers });
  };
}
