import { type Browser, chromium } from "playwright-core";

/** Why browser tests cannot run here; empty when they can. Found out by `npm test` before it starts them. */
export const noBrowser = process.env["WADDLEBOT_CHROMIUM_MISSING"] ?? "";
if (noBrowser) console.warn(`skipped: ${noBrowser}`);

/** The Chromium of this machine. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["WADDLEBOT_CHROMIUM"] || "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
