import { gzipSync } from "node:zlib";
import type { Random } from "#simulators/random";
import { addHeader, headerOf, type RawRequest, removeHeader, setHeader } from "#test/faults/raw-http";
import { flipBit } from "#test/suites/payload-mutations";

/** A way into the edge, and what of it is signed. */
export interface Door {
  name: string;
  /** Genuine and new on every call. */
  genuine(): Promise<RawRequest>;
  /** What a wrong signature is answered with. */
  refusal: 401 | 403;
  signatureHeader: string;
  /** Headers the signature covers or needs. */
  signedHeaders: readonly string[];
  /** Genuine words under somebody else's key. */
  withOtherKey(): Promise<RawRequest>;
  /** Rightly signed, but too old, too early, or with a time in a spelling nobody sends. */
  untimely(): Promise<Forgery[]>;
}

export interface Forgery {
  name: string;
  request: RawRequest;
  /** What may be answered instead of the door's refusal. */
  mayBe?: readonly number[];
}

const gzip = (body: Buffer) => gzipSync(body);

/** Everything of threats.md row 1 that can be built from a genuine request; `flips` bits in each header, twice in the body. */
export async function forge(door: Door, random: Random, flips: number): Promise<Forgery[]> {
  const base = await door.genuine();
  const isPost = base.method === "POST";
  return [
    ...(await flippedHeaders(door, random, flips)),
    ...(isPost ? await flippedBodies(door, random, flips * 2) : []),
    ...(await spoiledHeaders(door)),
    ...(await respelledSignatures(door)),
    ...(isPost ? await otherBodies(door) : []),
    { name: "another key", request: await door.withOtherKey() },
    ...(await door.untimely()),
  ];
}

async function flippedHeaders(door: Door, random: Random, flips: number): Promise<Forgery[]> {
  const forgeries: Forgery[] = [];
  for (const header of door.signedHeaders) {
    for (let flip = 0; flip < flips; flip++) {
      const request = await door.genuine();
      const value = headerOf(request, header);
      const bit = random.int(value.length * 8);
      forgeries.push({
        name: `bit ${bit} of ${header}`,
        request: setHeader(request, header, flipBit(value, bit)),
      });
    }
  }
  return forgeries;
}

async function flippedBodies(door: Door, random: Random, flips: number): Promise<Forgery[]> {
  const forgeries: Forgery[] = [];
  for (let flip = 0; flip < flips; flip++) {
    const request = await door.genuine();
    const bit = random.int(request.body.length * 8);
    const body = Buffer.from(request.body);
    body[bit >> 3] = (body[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    forgeries.push({ name: `bit ${bit} of the body`, request: { ...request, body } });
  }
  return forgeries;
}

async function spoiledHeaders(door: Door): Promise<Forgery[]> {
  const forgeries: Forgery[] = [];
  for (const header of door.signedHeaders) {
    const request = await door.genuine();
    const other = headerOf(await door.genuine(), header);
    const value = headerOf(request, header);
    const half = Math.floor(value.length / 2);
    const folded = `${value.slice(0, half)}\r\n ${value.slice(half)}`;
    forgeries.push(
      { name: `no ${header}`, request: removeHeader(request, header) },
      { name: `empty ${header}`, request: setHeader(request, header, "") },
      { name: `${header} twice`, request: addHeader(request, header, value) },
      { name: `${header} and another`, request: addHeader(request, header, other) },
      { name: `${header} folded`, request: setHeader(request, header, folded) },
      { name: `${header} with a quote around it`, request: setHeader(request, header, `"${value}"`) },
      { name: `${header} with a NUL`, request: setHeader(request, header, `${value}\0`) },
    );
  }
  return forgeries;
}

async function respelledSignatures({ genuine, signatureHeader }: Door): Promise<Forgery[]> {
  const forgeries: Forgery[] = [];
  const spellings: Record<string, (scheme: string, hex: string) => string> = {
    "sha1=": (_, hex) => `sha1=${hex}`,
    "no scheme or a wrong one": (scheme, hex) => (scheme ? hex : `v0=${hex}`),
    "the scheme twice": (scheme, hex) => `${scheme || "sha256="}${scheme}${hex}`,
    "the scheme in capitals": (scheme, hex) => `${scheme.toUpperCase() || "SHA256="}${hex}`,
    "capital digits": (scheme, hex) => scheme + hex.toUpperCase(),
    "a digit less": (scheme, hex) => scheme + hex.slice(0, -1),
    "half of it": (scheme, hex) => scheme + hex.slice(0, hex.length / 2),
    "a digit more": (scheme, hex) => `${scheme}${hex}0`,
    "itself twice": (scheme, hex) => scheme + hex + hex,
    "white space within": (scheme, hex) => `${scheme}${hex.slice(0, 10)} ${hex.slice(10)}`,
    "a tab within": (scheme, hex) => `${scheme}${hex.slice(0, 10)}\t${hex.slice(10)}`,
    "0x before the digits": (scheme, hex) => `${scheme}0x${hex}`,
    base64: (scheme, hex) => scheme + Buffer.from(hex, "hex").toString("base64"),
    zeros: (scheme, hex) => scheme + "0".repeat(hex.length),
    "a list": (scheme, hex) => `${scheme}${"0".repeat(hex.length)}, ${scheme}${hex}`,
    "no digits": (scheme) => scheme,
    "full-width digits": (scheme, hex) => `${scheme}${hex.slice(0, -1)}\xef\xbc\x91`,
  };
  for (const [name, spell] of Object.entries(spellings)) {
    const request = await genuine();
    const [, scheme = "", hex = ""] = /^([a-z0-9]+=)?(.*)$/.exec(headerOf(request, signatureHeader)) ?? [];
    forgeries.push({ name, request: setHeader(request, signatureHeader, spell(scheme, hex)) });
  }
  return forgeries;
}

async function otherBodies({ genuine }: Door): Promise<Forgery[]> {
  const other = await genuine();
  const bodies: Record<string, (body: Buffer) => Buffer> = {
    "no body": () => Buffer.alloc(0),
    "another genuine body": () => other.body,
    "a byte order mark before it": (body) => Buffer.concat([Buffer.from("\ufeff"), body]),
    "a space before it": (body) => Buffer.concat([Buffer.from(" "), body]),
    "a line break after it": (body) => Buffer.concat([body, Buffer.from("\n")]),
    "a byte less": (body) => body.subarray(0, -1),
    "the body twice": (body) => Buffer.concat([body, body]),
    "JSON or form written anew": (body) => Buffer.from(writtenAnew(body.toString())),
    "UTF-16": (body) => Buffer.from(body.toString(), "utf16le"),
    "compressed and not said so": gzip,
  };
  const forgeries: Forgery[] = [];
  for (const [name, spoil] of Object.entries(bodies)) {
    const request = await genuine();
    forgeries.push({ name, request: { ...request, body: spoil(request.body) } });
  }
  const compressed = await genuine();
  const said = addHeader({ ...compressed, body: gzip(compressed.body) }, "content-encoding", "gzip");
  const large = { ...(await genuine()), body: Buffer.alloc(300 * 1024, "a") };
  const endless = addHeader({ ...large, body: asChunks(large.body) }, "transfer-encoding", "chunked");
  return [
    ...forgeries,
    { name: "compressed", request: said },
    { name: "300 KB", request: large, mayBe: [413] },
    { name: "300 KB in chunks", request: endless, mayBe: [413] },
  ];
}

/** Equal in meaning, different in bytes. */
function writtenAnew(text: string): string {
  if (text.startsWith("{")) return JSON.stringify(JSON.parse(text), null, 1);
  return new URLSearchParams([...new URLSearchParams(text)].reverse()).toString();
}

function asChunks(body: Buffer): Buffer {
  const size = 16_384;
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const chunk = body.subarray(at, at + size);
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from("0\r\n\r\n")]);
}
