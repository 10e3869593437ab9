import { describe, expect, test } from "vitest";
import { fetchUrl } from "#workers/fetcher/fetch-url";
import { resolveName } from "#workers/fetcher/resolve-name";

interface Call {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: unknown;
}

/** A web of answers by address, and a resolver that knows names; every call is recorded. */
function aWeb(
  answers: Readonly<Record<string, () => Response>>,
  names: Readonly<Record<string, readonly string[]>> = {},
) {
  const calls: Call[] = [];
  const asked: string[] = [];
  const fetchFake: typeof fetch = async (input, init) => {
    const url = String(input);
    expect(init?.redirect).toBe("manual");
    const headers = Object.fromEntries(new Headers(init?.headers));
    calls.push({ url, method: init?.method ?? "GET", headers, body: init?.body });
    const answer = answers[url];
    if (!answer) throw new TypeError("no such server");
    return answer();
  };
  const ask = (request: object) =>
    fetchUrl(request, {
      fetch: fetchFake,
      resolve: async (hostname) => {
        asked.push(hostname);
        const addresses = names[hostname] ?? ["93.184.216.34"];
        if (addresses.includes("unreachable")) throw new Error("the resolver is away");
        return [...addresses];
      },
      allowedHosts: new Set(["127.0.0.1:4100"]),
    });
  return { calls, asked, ask };
}

const redirect =
  (location: string, status = 302) =>
  () =>
    new Response("leave", { status, headers: { location } });
const text = (body: string) => () => new Response(body);
const textOf = (outcome: Awaited<ReturnType<typeof fetchUrl>>) =>
  outcome.ok ? new TextDecoder().decode(outcome.value.body) : outcome.code;

describe("one address", () => {
  test("an answer comes whole, without cookies, and with its final address", async () => {
    const answer = () =>
      new Response("péché", {
        status: 404,
        headers: { "set-cookie": "a=b", "X-Thing": "1", "content-type": "text/plain" },
      });
    const { ask, calls, asked } = aWeb({ "https://example.com/a": answer });
    const outcome = await ask({ url: "https://example.com/a", headers: { Accept: "text/plain" } });
    expect(outcome).toEqual({
      ok: true,
      value: {
        status: 404,
        headers: { "content-type": "text/plain", "x-thing": "1" },
        body: new TextEncoder().encode("péché"),
        url: "https://example.com/a",
      },
    });
    expect(asked).toEqual(["example.com"]);
    expect(calls).toEqual([
      { url: "https://example.com/a", method: "GET", headers: { accept: "text/plain" }, body: undefined },
    ]);
  });

  test.each([
    ["a private one", ["10.0.0.1"]],
    ["one private among public ones", ["93.184.216.34", "127.0.0.1"]],
    ["a private IPv6 one beside a public IPv4 one", ["93.184.216.34", "fd00::1"]],
    ["something that is no address", ["example.org"]],
  ])("PSH-4 a name that leads to %s is not called", async (_, addresses) => {
    const { ask, calls } = aWeb({}, { "rebind.example.com": addresses });
    expect(await ask({ url: "https://rebind.example.com/" })).toMatchObject({ ok: false, code: "forbidden" });
    expect(calls).toEqual([]);
  });

  test("PSH-4 a name without an address, or a resolver that is away: not called", async () => {
    const { ask, calls } = aWeb({}, { "gone.example": [], "away.example": ["unreachable"] });
    expect(await ask({ url: "https://gone.example/" })).toMatchObject({ code: "not_found" });
    expect(await ask({ url: "https://away.example/" })).toEqual({ ok: false, code: "unavailable" });
    expect(calls).toEqual([]);
  });

  test("a forbidden form is not even looked up; an allowed host is called without a look-up", async () => {
    const { ask, asked } = aWeb({ "http://127.0.0.1:4100/": text("local") });
    expect(await ask({ url: "https://127.0.0.1/" })).toMatchObject({ code: "forbidden" });
    expect(textOf(await ask({ url: "http://127.0.0.1:4100" }))).toBe("local");
    expect(asked).toEqual([]);
  });
});

describe("redirects", () => {
  test("three are followed, relative ones too, and each host is looked up again", async () => {
    const { ask, asked } = aWeb({
      "https://a.example/": redirect("/next"),
      "https://a.example/next": redirect("//b.example/x", 301),
      "https://b.example/x": redirect("https://c.example/", 307),
      "https://c.example/": text("here"),
    });
    const outcome = await ask({ url: "https://a.example/" });
    expect(textOf(outcome)).toBe("here");
    expect(outcome).toMatchObject({ value: { url: "https://c.example/" } });
    expect(asked).toEqual(["a.example", "a.example", "b.example", "c.example"]);
  });

  test("a fourth is one too many", async () => {
    const { ask, calls } = aWeb({ "https://a.example/": redirect("/") });
    expect(await ask({ url: "https://a.example/" })).toMatchObject({ ok: false, code: "forbidden" });
    expect(calls).toHaveLength(4);
  });

  test.each([
    "http://127.0.0.1/",
    "https://127.0.0.1/",
    "//169.254.169.254/latest",
    "https://0x7f.1/",
    "file:///etc/passwd",
    "data:text/html,x",
    "gopher://c.example/",
    "http://c.example/",
    "https://c.example:8443/",
    "https://u@c.example/",
    "https://private.example/",
    "https://[::1]/",
    "http://[",
    "",
  ])("PSH-4 a redirect to %j ends there", async (location) => {
    const { ask, calls } = aWeb(
      { "https://a.example/": redirect(location) },
      { "private.example": ["10.1.1.1"] },
    );
    const outcome = await ask({ url: "https://a.example/" });
    // An empty location is the same page again, up to the limit.
    expect(outcome).toMatchObject({ ok: false, code: "forbidden" });
    expect(new Set(calls.map(({ url }) => url))).toEqual(new Set(["https://a.example/"]));
  });

  test("a name that was public at the first look and private at the second is not called the second time", async () => {
    const answers = [["93.184.216.34"], ["127.0.0.1"]];
    const calls: string[] = [];
    const outcome = await fetchUrl(
      { url: "https://flip.example/" },
      {
        fetch: async (input) => {
          calls.push(String(input));
          return redirect("/again")();
        },
        resolve: async () => answers.shift() ?? [],
        allowedHosts: new Set(),
      },
    );
    expect(outcome).toMatchObject({ code: "forbidden" });
    expect(calls).toEqual(["https://flip.example/"]);
  });

  test("cookies, keys and signatures stay with the host they were for", async () => {
    const { ask, calls } = aWeb({
      "https://a.example/": redirect("/same", 307),
      "https://a.example/same": redirect("https://b.example/", 307),
      "https://b.example/": text("ok"),
    });
    const headers = {
      authorization: "Bearer x",
      cookie: "a=b",
      "x-waddlebot-signature": "sha256=1",
      "user-agent": "duck",
      "content-type": "application/json",
    };
    await ask({ url: "https://a.example/", method: "POST", headers, body: "{}" });
    expect(calls.map((call) => call.headers)).toEqual([
      headers,
      headers,
      { "user-agent": "duck", "content-type": "application/json" },
    ]);
    expect(calls.map(({ method, body }) => [method, body])).toEqual(
      Array.from({ length: 3 }, () => ["POST", "{}"]),
    );
  });

  test.each([
    [301, "POST", "GET"],
    [302, "POST", "GET"],
    [303, "POST", "GET"],
    [303, "PUT", "GET"],
    [302, "PUT", "PUT"],
    [307, "POST", "POST"],
    [308, "POST", "POST"],
    [303, "HEAD", "HEAD"],
  ])("after %i a %s becomes %s", async (status, method, next) => {
    const { ask, calls } = aWeb({
      "https://a.example/": redirect("/next", status),
      "https://a.example/next": () => new Response(null),
    });
    const body = method === "HEAD" ? {} : { body: "x", headers: { "content-type": "text/plain" } };
    await ask({ url: "https://a.example/", method, ...body });
    expect(calls[1]).toMatchObject({
      method: next,
      body: next === "GET" || next === "HEAD" ? undefined : "x",
    });
    if (next === "GET") expect(calls[1]?.headers).toEqual({});
  });

  test("with no redirects allowed, one is the answer", async () => {
    const { ask, calls } = aWeb({ "https://a.example/": redirect("https://b.example/") });
    expect(await ask({ url: "https://a.example/", maxRedirects: 0 })).toMatchObject({
      value: { status: 302 },
    });
    expect(calls).toHaveLength(1);
  });
});

describe("limits", () => {
  test("a body at the cap passes, one byte more does not, and an endless one is not read to its end", async () => {
    let pulled = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull: (body) => {
            pulled++;
            body.enqueue(new Uint8Array(1000));
          },
        }),
      );
    const { ask } = aWeb({
      "https://a.example/10": text("0123456789"),
      "https://a.example/11": text("0123456789a"),
      "https://a.example/endless": endless,
    });
    expect(textOf(await ask({ url: "https://a.example/10", maxBytes: 10 }))).toBe("0123456789");
    expect(await ask({ url: "https://a.example/11", maxBytes: 10 })).toMatchObject({ code: "too_large" });
    expect(await ask({ url: "https://a.example/endless" })).toMatchObject({ code: "too_large" });
    expect(pulled).toBeLessThan(1100);
  });

  test("the time counts names, redirects and body together", async () => {
    const never = () => new Promise<never>(() => undefined);
    const tools = { allowedHosts: new Set<string>(), resolve: async () => ["93.184.216.34"] };
    const url = "https://a.example/";
    const timedOut = { ok: false, code: "timeout" };
    expect(await fetchUrl({ url, timeoutMs: 20 }, { ...tools, fetch, resolve: never })).toEqual(timedOut);
    expect(await fetchUrl({ url, timeoutMs: 20 }, { ...tools, fetch: never })).toEqual(timedOut);
    const silent = async () => new Response(new ReadableStream({ pull: never }));
    expect(await fetchUrl({ url, timeoutMs: 20 }, { ...tools, fetch: silent })).toEqual(timedOut);
  });

  test.each([
    [{}],
    [{ url: "" }],
    [{ url: "https://a.example/", method: "TRACE" }],
    [{ url: "https://a.example/", method: "CONNECT" }],
    [{ url: "https://a.example/", body: "x" }],
    [{ url: "https://a.example/", headers: { "x-a": "b\r\nx-c: d" } }],
    [{ url: "https://a.example/", headers: { "x a": "b" } }],
    [{ url: "https://a.example/", headers: { Host: "b.example" } }],
    [{ url: "https://a.example/", headers: { "content-length": "0" } }],
    [{ url: "https://a.example/", headers: { "cf-connecting-ip": "1.1.1.1" } }],
    [{ url: "https://a.example/", timeoutMs: 30_001 }],
    [{ url: "https://a.example/", maxBytes: 1_048_577 }],
    [{ url: "https://a.example/", maxRedirects: 4 }],
    [{ url: "https://a.example/", allowedHosts: ["127.0.0.1:1"] }],
  ])("a request that is not allowed: %j", async (request) => {
    const { ask, calls } = aWeb({});
    expect(await ask(request)).toMatchObject({ ok: false, code: "bad_request" });
    expect(calls).toEqual([]);
  });
});

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
