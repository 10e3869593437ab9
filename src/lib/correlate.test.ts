import { expect, test } from "vitest";
import { withOnwardHeaders } from "#lib/correlate";

test("COR-2 a call further down carries the chain's id and a request id of its own, and keeps its other headers", async () => {
  const seen: Headers[] = [];
  let ids = 0;
  const call = withOnwardHeaders(
    async (_input, init) => {
      seen.push(new Headers(init?.headers));
      return new Response();
    },
    "c1",
    () => `r${++ids}`,
  );
  await call("https://example.com/", { headers: { authorization: "Bearer x" } });
  await call("https://example.com/");
  expect(seen.map((headers) => [headers.get("x-correlation-id"), headers.get("x-request-id")])).toEqual([
    ["c1", "r1"],
    ["c1", "r2"],
  ]);
  expect(seen[0]?.get("authorization")).toBe("Bearer x");
});
