import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { metricFamilies } from "#contracts/metrics";

const read = (name: string) => readFileSync(`docs/observability/${name}`, "utf8");
const files = ["alerts.yml", "grafana-dashboard.json"];
const histogramParts = /_(bucket|sum|count)$/;

test.each(files)("every figure that %s asks for exists", (file) => {
  const asked = new Set(read(file).match(/\bwaddlebot_[a-z_]+/g));
  const known = new Set<string>(Object.keys(metricFamilies));
  const isKnown = (name: string) => known.has(name) || known.has(name.replace(histogramParts, ""));
  expect(asked.size).toBeGreaterThan(5);
  expect([...asked].filter((name) => !isKnown(name))).toEqual([]);
  const gateway = readFileSync("src/gateway/health-server.ts", "utf8");
  const ofGateway = new Set(read(file).match(/\bgateway_[a-z_]+/g));
  expect([...ofGateway].filter((name) => !gateway.includes(`"${name}"`))).toEqual([]);
});

test("a histogram is asked for by its buckets, a counter by its rate", () => {
  const text = files.map(read).join("\n");
  for (const [name, { type }] of Object.entries(metricFamilies)) {
    if (type === "counter") expect(text).not.toMatch(new RegExp(`(?<!rate\\(|increase\\()${name}\\b`));
    if (type === "histogram") expect(text).not.toMatch(new RegExp(`${name}(?!_bucket|_sum|_count)\\b`));
  }
});
