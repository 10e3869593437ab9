import { describe, expect, test } from "vitest";
import { PageScanner, UnreadableStream } from "#platforms/youtube/page-stream";

const bytes = (text: string) => new TextEncoder().encode(text);
const pages = [
  { items: [{ text: 'a "quoted" \\ brace } and ] and , 🐧 é' }], nextPageToken: "1" },
  { items: [], nested: { deep: [[{ x: "{[" }]] } },
  {},
];
const whole = bytes(`[${pages.map((page) => JSON.stringify(page, null, 2)).join(",\r\n")}]\n`);

function scan(chunks: Iterable<Uint8Array>, maxBytes = 10_000): unknown[] {
  const scanner = new PageScanner(maxBytes);
  return [...chunks].flatMap((chunk) => scanner.push(chunk));
}

function* cut(body: Uint8Array, size: number) {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

describe("a stream of pages", () => {
  test.each([1, 2, 3, 7, 64, 10_000])("is read in pieces of %i bytes, also within a character", (size) => {
    expect(scan(cut(whole, size))).toEqual(pages);
  });

  test("a page is given as soon as its last byte is there, long before the array ends", () => {
    const scanner = new PageScanner(1000);
    expect(scanner.push(bytes('[{"a":'))).toEqual([]);
    expect(scanner.push(bytes("1}"))).toEqual([{ a: 1 }]);
    expect(scanner.push(bytes('\n,{"a":2},{"a"'))).toEqual([{ a: 2 }]);
    expect(scanner.push(bytes(":3}]"))).toEqual([{ a: 3 }]);
  });

  test("what was cut off is nobody's page; objects without an array around them are pages too", () => {
    expect(scan([bytes('[{"a":1},{"a":2')])).toEqual([{ a: 1 }]);
    expect(scan([bytes('{"a":1}\n{"a":2}')])).toEqual([{ a: 1 }, { a: 2 }]);
    expect(scan([bytes("[]")])).toEqual([]);
  });

  test("the chunk's memory may be used again at once", () => {
    const scanner = new PageScanner(1000);
    const chunk = bytes('{"text":"first');
    scanner.push(chunk);
    chunk.fill(0x20);
    expect(scanner.push(bytes('"}'))).toEqual([{ text: "first" }]);
  });

  test.each([
    ["a page of HTML", "<!doctype html>"],
    ["a text", '["a"]'],
    ["a number", "[1]"],
    ["more behind the end", "[{}] {}"],
    ["braces that do not fit", "[{]"],
    ["no JSON inside", "[{a:1}]"],
    ["a control character", '[{"a":"\u0000"}]'],
  ])("%s is not read on", (_, text) => {
    expect(() => scan([bytes(text)])).toThrow(UnreadableStream);
  });

  test("bytes that are no UTF-8 are not guessed at", () => {
    expect(() => scan([bytes('{"a":"'), new Uint8Array([0xff, 0xfe]), bytes('"}')])).toThrow(
      UnreadableStream,
    );
  });

  test("an object that never ends is held only up to the bound, in one chunk or in many", () => {
    expect(() => scan([bytes(`{"a":"${"x".repeat(2000)}`)], 1000)).toThrow(UnreadableStream);
    let pushed = 0;
    const scanner = new PageScanner(1000);
    expect(() => {
      for (;;) {
        scanner.push(bytes('{"a":'));
        pushed++;
      }
    }).toThrow(UnreadableStream);
    expect(pushed).toBe(200);
  });

  test("nothing between pages is held, however much of it comes", () => {
    const scanner = new PageScanner(10);
    for (let count = 0; count < 1000; count++) expect(scanner.push(bytes("  \n\n , "))).toEqual([]);
    expect(scanner.push(bytes("{}"))).toEqual([{}]);
  });
});
