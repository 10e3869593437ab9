import { expect, test } from "vitest";
import { overlayAddress } from "./overlay-address.ts";

const base = "http://localhost:5173/rehearsal";

test("the overlay preview shows web pages only", () => {
  expect(overlayAddress("http://127.0.0.1:8787/overlay/x?type=ticker", base)).toBe(
    "http://127.0.0.1:8787/overlay/x?type=ticker",
  );
  expect(overlayAddress("/overlay/x", base)).toBe("http://localhost:5173/overlay/x");
  for (const bad of [
    undefined,
    "javascript:alert(1)",
    "data:text/html,hi",
    "file:///etc/passwd",
    "http://",
  ]) {
    expect(overlayAddress(bad, base)).toBeUndefined();
  }
});
