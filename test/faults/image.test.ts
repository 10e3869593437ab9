import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startFakeEdge } from "#test/fakes/fake-edge";
import { freePort } from "#test/fakes/server-process";
import { buildImage, type ImageBuild, linkPackages, readDockerfile } from "#test/faults/image";
import { inProject } from "#tools/paths";

/** The long form installs as the image does; the short one links what that would bring. */
const installs = process.env["IMAGE_INSTALLS"] === "1";
const key = "0123456789abcdef";
if (installs)
  console.warn(
    "This does not run Docker: the Dockerfile's own commands build and start the image's files as a plain process. " +
      "Its user, volume, exposed port and health check are read, not tried.",
  );
const dockerfile = readFileSync(inProject("Dockerfile.gateway"), "utf8");

describe("the gateway's image, built and started as its Dockerfile says", () => {
  const folder = mkdtempSync(join(tmpdir(), "gateway-image-"));
  let image: ImageBuild;
  beforeAll(async () => {
    image = await buildImage(dockerfile, folder, installs ? undefined : linkPackages);
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  function start(env: Record<string, string>) {
    const [program = "", ...args] = image.command;
    // This process's own Node is the 24 the image has; nothing of our environment goes in.
    const child = spawn(program === "node" ? process.execPath : program, args, {
      cwd: image.workdir,
      env: { PATH: process.env["PATH"], ...image.env, ...env },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data) => {
        output += String(data);
      });
    const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
    return { child, ended, output: () => output };
  }

  test("without its variables it ends at once and names every one that is missing", async () => {
    const gateway = start({});
    expect(await gateway.ended).toBe(1);
    for (const name of ["GATEWAY_ID", "GATEWAY_KEY", "EDGE_URL"]) expect(gateway.output()).toContain(name);
    // What the image sets itself is not asked for.
    expect(gateway.output()).not.toContain("SPOOL_PATH");
  }, 60_000);

  test("with them it reaches the edge, answers its health check and ends on SIGTERM", async () => {
    const edge = await startFakeEdge({ key });
    const port = await freePort();
    const gateway = start({
      GATEWAY_ID: "image",
      GATEWAY_KEY: key,
      EDGE_URL: edge.url,
      GATEWAY_PORT: String(port),
      SPOOL_PATH: join(image.root, image.env["SPOOL_PATH"] ?? ""),
    });
    try {
      await vi.waitFor(() => expect(edge.handshakes).toBe(1), 60_000);
      const health = await fetch(`http://127.0.0.1:${port}/health`);
      expect([health.status, await health.json()]).toMatchObject([200, { status: "healthy" }]);
      gateway.child.kill("SIGTERM");
      expect(await gateway.ended).toBe(0);
      expect(gateway.output()).not.toContain(key);
    } finally {
      gateway.child.kill("SIGKILL");
      await edge.stop();
    }
  }, 120_000);

  test("it starts Node itself, not as root, with its data in the volume that it owns", () => {
    const last = readDockerfile(dockerfile).at(-1);
    expect(last?.command[0]).toBe("node");
    expect(last?.env["SPOOL_PATH"]).toMatch(/^\/data\//);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^VOLUME \/data$/m);
    expect(dockerfile).toMatch(/chown node:node \/data/);
  });

  test("a line the reader does not know is an error, and a file that is not there too", async () => {
    expect(() => readDockerfile("FROM a\nADD x /")).toThrow("ADD");
    await expect(buildImage("FROM a\nWORKDIR /app\nCOPY no-such-file ./", folder)).rejects.toThrow(
      "no-such-file",
    );
  });
});
