import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "#test/fakes/server-process";
import { inProject } from "#tools/paths";

/** One series in the notation of promtool's unit tests: `1+2x40` is 1 and then 2 more with each of 40 samples. */
export interface Series {
  series: string;
  values: string;
}

/** Seconds between two samples: the `scrape_interval` of docs/observability/prometheus.yml. */
export const scrapeSeconds = 15;

const rulesFile = inProject("docs", "observability", "alerts.yml");

export function findPromtool(): string | undefined {
  return process.env["WADDLEBOT_PROMTOOL"] || findProgram("promtool");
}

/** Every alert there is, in the order of the file. */
export function alertNames(): string[] {
  return [...readFileSync(rulesFile, "utf8").matchAll(/- alert: (\w+)/g)].map(([, name = ""]) => name);
}

/** Which alerts of docs/observability/alerts.yml fire after so many minutes of this, as Prometheus itself says. */
export function firingAlerts(series: readonly Series[], minutes = 30): string[] {
  const program = findPromtool();
  if (!program) throw new Error("promtool is not here");
  const folder = mkdtempSync(join(tmpdir(), "waddlebot-alerts-"));
  try {
    const file = join(folder, "alerts.test.json");
    const silent = alertNames().map((alertname) => ({ eval_time: `${minutes}m`, alertname, exp_alerts: [] }));
    const interval = `${scrapeSeconds}s`;
    const tests = [{ interval, input_series: series, alert_rule_test: silent }];
    // JSON is YAML, too.
    writeFileSync(file, JSON.stringify({ rule_files: [rulesFile], evaluation_interval: interval, tests }));
    const { status, stdout, stderr } = spawnSync(program, ["test", "rules", file], { encoding: "utf8" });
    const said = `${stdout}\n${stderr}`;
    // Each alert is expected to be silent, so those that fire are named as failures.
    const firing = [...said.matchAll(/alertname:\s*(\w+), time:/g)].map(([, name = ""]) => name);
    if (status !== 0 && firing.length === 0) throw new Error(`promtool: ${said}`);
    return [...new Set(firing)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same value all the time. */
export function steady(series: string, value: number, minutes = 30): Series {
  return { series, values: `${value}+0x${(minutes * 60) / scrapeSeconds}` };
}

/** Rises by so much a second. */
export function rising(series: string, perSecond: number, { from = 0, minutes = 30 } = {}): Series {
  const step = Number((perSecond * scrapeSeconds).toFixed(6));
  return { series, values: `${from}+${step}x${(minutes * 60) / scrapeSeconds}` };
}
