/** Keeps the newest ten thousand entries only: a load test must not fill the memory. */
export function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > 10_000 && oldest !== undefined) map.delete(oldest);
}
