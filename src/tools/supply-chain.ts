import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { inProject } from "#tools/paths";
import { isAllowedLicence, productionPackages } from "#tools/supply-chain/licences";

const help = `npm run supply-chain   what the product is made of
Writes test-results/sbom.json (CycloneDX) and test-results/licences.txt, and asks the registry for known holes in
production packages. Ends with 1 for a licence that is not allowed or a hole that is high or critical.`;

const severities = z.object({ high: z.int(), critical: z.int(), moderate: z.int(), low: z.int() });
const auditReport = z.object({ metadata: z.object({ vulnerabilities: severities }) });

function npm(args: readonly string[]): string {
  const { stdout } = spawnSync("npm", args, {
    cwd: inProject(),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    timeout: 120_000,
    shell: process.platform === "win32",
  });
  return stdout ?? "";
}

function writeSbom(): void {
  const text = npm(["sbom", "--sbom-format=cyclonedx", "--omit=dev"]);
  const components = z.object({ components: z.array(z.unknown()) }).safeParse(parseOr(text)).data?.components;
  if (!components) {
    console.log("SBOM: npm could not write it (is everything installed?).");
    process.exitCode = 1;
    return;
  }
  writeFileSync(inProject("test-results", "sbom.json"), text);
  console.log(`SBOM: ${components.length} components, test-results/sbom.json`);
}

function writeLicences(): void {
  const packages = productionPackages();
  const lines = packages.map(({ name, version, licence }) => `${name} ${version} ${licence}`);
  writeFileSync(inProject("test-results", "licences.txt"), `${lines.join("\n")}\n`);
  const refused = packages.filter(({ licence }) => !isAllowedLicence(licence));
  console.log(
    `Licences: ${packages.length} packages, ${refused.length} not allowed, test-results/licences.txt`,
  );
  for (const { name, licence } of refused) console.log(`  ${name}: ${licence}`);
  if (refused.length > 0) process.exitCode = 1;
}

/** A registry without an audit (a mirror) says nothing about safety, and that is said. */
function audit(): void {
  const report = auditReport.safeParse(parseOr(npm(["audit", "--omit=dev", "--json"]))).data;
  if (!report) {
    console.log("Audit: NOT CHECKED, this registry answers no audit.");
    return;
  }
  const { high, critical, moderate, low } = report.metadata.vulnerabilities;
  console.log(
    `Audit of production packages: ${critical} critical, ${high} high, ${moderate} moderate, ${low} low`,
  );
  if (high + critical > 0) process.exitCode = 1;
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

if (process.argv.includes("--help")) console.log(help);
else {
  mkdirSync(inProject("test-results"), { recursive: true });
  writeSbom();
  writeLicences();
  audit();
}
