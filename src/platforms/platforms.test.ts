import { describe, expect, test } from "vitest";
import { platforms } from "#platforms/registry";
import type { PlatformProbe, SendProbe } from "#test/suites/platform-probe";
import { platformSendSuite } from "#test/suites/platform-send-suite";
import { platformSuite } from "#test/suites/platform-suite";

// Walks the registry: a new platform is asked the same questions as soon as it is in there.
for (const [name, platform] of platforms) {
  describe(name, async () => {
    test("goes by the name of its folder and says how long a message may be", () => {
      expect(platform.name).toBe(name);
      expect(platform.limits.messageLength).toBeGreaterThan(3);
    });
    // Socket-only platforms have no signed requests; their frames are tested in their own folder.
    if (!platform.verify) return;
    const testing = new URL(`./${name}/testing.ts`, import.meta.url).href;
    if (platform.liveChat) {
      // Its notifications say only where to look and carry no event; how they are verified its own folder tests.
      const { probe }: { probe: SendProbe } = await import(testing);
      platformSendSuite(platform, probe);
      return;
    }
    const { probe }: { probe: PlatformProbe } = await import(testing);
    platformSuite(platform, probe);
  });
}
