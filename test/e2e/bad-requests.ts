import * as fc from "fast-check";

/** One request as it goes over the wire. */
export interface WireRequest {
  method: string;
  path: string;
  body?: string;
}

/** A route with a request that is right, to be spoilt. */
export interface Target {
  method: string;
  path: string;
  body?: Record<string, unknown>;
  query?: Record<string, string>;
}

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
/** JSON texts, and some that are none. */
const badText = fc.oneof(
  fc.constantFrom(
    "null",
    "true",
    "0",
    "-1",
    "1.5",
    "1e400",
    "-1e308",
    "9007199254740993",
    "NaN",
    "undefined",
    '""',
    "[]",
    "{}",
  ),
  fc.constantFrom(
    '"\\u0000"',
    '"\\ud800"',
    '"a\\udc00b"',
    '"__proto__"',
    '"constructor"',
    '"\\u202e\\u200b"',
    '"%00"',
    '"\' OR 1=1 --"',
  ),
  fc.constantFrom(
    deep(63),
    deep(70),
    deep(20_000),
    '{"__proto__":{"admin":true}}',
    '{"constructor":{"prototype":{}}}',
  ),
  fc.integer({ min: 100, max: 200_000 }).map((length) => JSON.stringify("x".repeat(length))),
  fc
    .integer({ min: 1, max: 3000 })
    .map((length) => JSON.stringify(Array.from({ length }, (_, index) => index))),
  fc.string({ unit: "binary", maxLength: 200 }).map((text) => JSON.stringify(text)),
  fc.double().map(String),
  fc.json({ maxDepth: 4 }),
);

/** Of the right kind and odd, so that some of it gets past every check of shape. */
const oddText = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).map((text) => JSON.stringify(text)),
  fc.constantFrom(
    '"!ping"',
    '"#x"',
    '"!!"',
    '"! "',
    '"a:b:c"',
    '"*"',
    '"(a+)+$"',
    '"\\u0301"',
    '"İ"',
    '"%s"',
    '"\\n"',
  ),
  fc.integer({ min: 0, max: 2_147_483_647 }).map(String),
  fc.constantFrom("true", "false", "1", "2"),
);

function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

type Spoil = { field: number; text: string } | { drop: number } | { add: string; text: string };
const spoil: fc.Arbitrary<Spoil> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ field: fc.nat(50), text: badText }) },
  { weight: 12, arbitrary: fc.record({ field: fc.nat(50), text: oddText }) },
  { weight: 1, arbitrary: fc.record({ drop: fc.nat(50) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      add: fc.oneof(
        fc.constantFrom("__proto__", "constructor", "toString", "id", "\ud800"),
        fc.string({ maxLength: 30 }),
      ),
      text: badText,
    }),
  },
);

function spoilt(body: Record<string, unknown>, spoils: readonly Spoil[]): string {
  const parts = Object.entries(body).map(([name, value]): [string, string] => [name, JSON.stringify(value)]);
  for (const one of spoils) {
    if ("add" in one) parts.push([one.add, one.text]);
    else if (parts.length > 0 && "drop" in one) parts.splice(one.drop % parts.length, 1);
    else if ("field" in one) {
      const part = parts[one.field % parts.length];
      if (part) part[1] = one.text;
    }
  }
  return `{${parts.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
}

const queryText = fc.oneof(
  fc.integer({ min: 1, max: 50 }).map(String),
  fc.constantFrom(
    "",
    "-1",
    "0",
    "NaN",
    "1e99",
    "99999999999999999999",
    "%00",
    "%ff",
    "%",
    "true",
    "__proto__",
    "2020-13-45",
    "a:b:c:d",
    "%ED%A0%80",
  ),
  fc.string({ unit: "binary", maxLength: 60 }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc.integer({ min: 1000, max: 4000 }).map((length) => "y".repeat(length)),
);

/** Requests to these routes with something, or everything, wrong. */
export function badRequests(targets: readonly Target[]): fc.Arbitrary<WireRequest> {
  return fc
    .record({
      target: fc.constantFrom(...targets),
      spoils: fc.array(spoil, { minLength: 1, maxLength: 3 }),
      whole: seldom(fc.oneof(badText, fc.string({ maxLength: 100 }))),
      query: fc.array(fc.tuple(fc.nat(10), queryText), { maxLength: 2 }),
      extra: fc.option(fc.tuple(fc.constantFrom("bogus", "__proto__", "limit", "entity_id"), queryText), {
        freq: 4,
      }),
      segment: queryText,
    })
    .map(({ target, spoils, whole, query, extra, segment }) => {
      const names = Object.keys(target.query ?? {});
      const values = new Map(
        Object.entries(target.query ?? {}).map(([name, text]) => [name, encodeURIComponent(text)]),
      );
      for (const [index, text] of query) {
        const name = names[index % names.length];
        if (name !== undefined) values.set(name, text);
      }
      if (extra) values.set(...extra);
      const search = [...values].map(([name, text]) => `${name}=${text}`).join("&");
      const path =
        target.path.replace("{}", segment === "" ? "x" : segment.slice(0, 3000)) + (search && `?${search}`);
      const { method } = target;
      return target.body ? { method, path, body: whole ?? spoilt(target.body, spoils) } : { method, path };
    });
}
