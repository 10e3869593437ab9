export interface PrometheusFamily {
  name: string;
  type: "counter" | "gauge" | "histogram";
  help: string;
}

export interface PrometheusSample {
  family: string;
  labels: Readonly<Record<string, string>>;
  value: number;
  /** Of a histogram: observations in each bucket, the last for those above all bounds. `value` is then their sum. */
  buckets?: readonly number[] | undefined;
}

export const prometheusType = "text/plain; version=0.0.4; charset=utf-8";

/** The text format 0.0.4. Every family is named, also one without a sample, so that a scraper knows it exists. */
export function prometheusText(
  families: readonly PrometheusFamily[],
  samples: readonly PrometheusSample[],
  bounds: readonly number[],
): string {
  const byFamily = Map.groupBy(samples, ({ family }) => family);
  const lines = families.flatMap(({ name, type, help }) => [
    `# HELP ${name} ${help.replace(/\\/g, "\\\\").replace(/\n/g, "\\n")}`,
    `# TYPE ${name} ${type}`,
    ...(byFamily.get(name) ?? []).flatMap((sample) => linesOf(name, type, sample, bounds)),
  ]);
  return `${lines.join("\n")}\n`;
}

function linesOf(
  name: string,
  type: PrometheusFamily["type"],
  { labels, value, buckets = [] }: PrometheusSample,
  bounds: readonly number[],
): string[] {
  if (type !== "histogram") return [`${name}${labelText(labels)} ${value}`];
  let count = 0;
  const rows = [...bounds.map(String), "+Inf"].map((le, at) => {
    count += buckets[at] ?? 0;
    return `${name}_bucket${labelText({ ...labels, le })} ${count}`;
  });
  return [...rows, `${name}_sum${labelText(labels)} ${value}`, `${name}_count${labelText(labels)} ${count}`];
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(text: string): string {
  return text.toWellFormed().replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
