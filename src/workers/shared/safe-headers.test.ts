import { Hono } from "hono";
import { expect, test } from "vitest";
import { withSafeHeaders } from "#workers/shared/safe-headers";

const app = new Hono();
app.use(withSafeHeaders);
app.get("/data", (c) => c.json({}));
app.get("/refused", (c) => c.json({}, 401));
app.get("/nothing", (c) => c.body(null, 204));
app.get("/page", (c) => {
  c.header("content-security-policy", "default-src 'self'");
  c.header("cache-control", "public, max-age=30");
  return c.html("<p>hello</p>");
});
app.get("/broken", () => {
  throw new Error("a bug");
});
app.onError((_, c) => c.json({}, 500));

const names = ["strict-transport-security", "x-content-type-options", "referrer-policy"];

async function headersOf(path: string) {
  return (await app.request(path)).headers;
}

test.each(["/data", "/refused", "/nothing", "/broken", "/absent", "/page"])(
  "ASVS 3.4 %s says what a browser may do with it",
  async (path) => {
    const headers = await headersOf(path);
    expect(names.filter((name) => !headers.has(name))).toEqual([]);
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000; includeSubDomains");
  },
);

test("ASVS 14.3.2 data is kept nowhere and framed by nobody; a page keeps its own word", async () => {
  for (const path of ["/data", "/refused", "/broken"]) {
    const headers = await headersOf(path);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
  }
  const page = await headersOf("/page");
  expect(page.get("cache-control")).toBe("public, max-age=30");
  expect(page.get("content-security-policy")).toBe("default-src 'self'");
});
