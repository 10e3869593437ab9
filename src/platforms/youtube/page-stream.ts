const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
const blank: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** The body is no array of objects, or one of them is larger than any page is. */
export class UnreadableStream extends Error {}

/**
 * Cuts a body that never ends into its objects. `liveChatMessages.streamList` answers over REST with one JSON array whose
 * elements are list responses, each written when there is something to say; a bare row of objects is taken as well.
 * Looks at bytes: everything JSON is built of is ASCII, so a character cut in two between chunks is none of its business.
 */
export class PageScanner {
  #maxBytes: number;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  #isClosed = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The objects this chunk completed. Throws {@link UnreadableStream}; then nothing more can be read. */
  push(chunk: Uint8Array): unknown[] {
    const complete: unknown[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#depth === 0) {
        if (byte === openObject && !this.#isClosed) {
          start = at;
          this.#depth = 1;
        } else this.#skip(byte);
      } else if (this.#closes(byte)) {
        this.#hold(chunk.subarray(start, at + 1));
        complete.push(this.#take());
      }
    }
    if (this.#depth > 0) this.#hold(chunk.subarray(start));
    return complete;
  }

  /** Between objects there are commas, blanks and the array's own brackets. */
  #skip(byte: number): void {
    if (byte === closeArray) this.#isClosed = true;
    else if (byte !== openArray && byte !== comma && !blank.has(byte))
      throw new UnreadableStream("not an array of objects");
    else if (this.#isClosed && !blank.has(byte)) throw new UnreadableStream("more behind the end");
  }

  /** Whether this byte ends the object that is being read. */
  #closes(byte: number): boolean {
    if (this.#isInText) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === backslash) this.#isEscaped = true;
      else if (byte === quote) this.#isInText = false;
      return false;
    }
    if (byte === quote) this.#isInText = true;
    else if (byte === openObject || byte === openArray) this.#depth++;
    else if (byte === closeObject || byte === closeArray) this.#depth--;
    return this.#depth === 0;
  }

  #hold(part: Uint8Array): void {
    this.#heldBytes += part.length;
    if (this.#heldBytes > this.#maxBytes) throw new UnreadableStream("a page too large");
    // A copy: the chunk's memory is the stream's to use again.
    this.#held.push(part.slice());
  }

  #take(): unknown {
    const whole = new Uint8Array(this.#heldBytes);
    let at = 0;
    for (const part of this.#held) {
      whole.set(part, at);
      at += part.length;
    }
    this.#held = [];
    this.#heldBytes = 0;
    try {
      return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(whole));
    } catch (cause) {
      throw new UnreadableStream("not JSON", { cause });
    }
  }
}
