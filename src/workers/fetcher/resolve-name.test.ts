import { describe, expect, test } from "vitest";
import { resolveName } from "#workers/fetcher/resolve-name";

describe("resolveName", () => {
  const { signal } = new AbortController();
  const resolverUrl = "https://dns.example/dns-query";

  test("asks for both families and keeps addresses alone", async () => {
    const asked: string[] = [];
    const answers: Record<string, object[]> = {
      A: [
        { name: "a.example", type: 5, TTL: 9, data: "b.example." },
        { name: "b.example", type: 1, TTL: 9, data: "93.184.216.34" },
      ],
      AAAA: [{ name: "b.example", type: 28, TTL: 9, data: "2606:4700::1" }],
    };
    const addresses = await resolveName("a.example", signal, {
      resolverUrl,
      fetch: async (input, init) => {
        asked.push(String(input));
        expect(new Headers(init?.headers).get("accept")).toBe("application/dns-json");
        return Response.json({
          Status: 0,
          Answer: answers[new URL(String(input)).searchParams.get("type") ?? ""],
        });
      },
    });
    expect(addresses).toEqual(["93.184.216.34", "2606:4700::1"]);
    expect(asked).toEqual([
      `${resolverUrl}?name=a.example&type=A`,
      `${resolverUrl}?name=a.example&type=AAAA`,
    ]);
  });

  test("no such name is no address; anything but a proper answer throws", async () => {
    const ask = (answer: () => Response) =>
      resolveName("a.example", signal, { resolverUrl, fetch: async () => answer() });
    expect(await ask(() => Response.json({ Status: 3 }))).toEqual([]);
    for (const answer of [
      () => Response.json({ Status: 2 }),
      () => Response.json({}),
      () => new Response("<html>"),
      () => new Response(null, { status: 503 }),
      () => new Response(null, { status: 302, headers: { location: "https://evil.example/" } }),
    ])
      await expect(ask(answer)).rejects.toThrow();
  });
});
