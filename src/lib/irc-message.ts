/** One line of IRC, taken apart. */
export interface IrcMessage {
  /** IRCv3 tags, unescaped; the last of equal keys wins, a key without value is the empty text. */
  tags: ReadonlyMap<string, string>;
  source?: IrcSource;
  command: string;
  params: string[];
}

export interface IrcSource {
  /** The nick, or the server's name. */
  nick: string;
  /** The whole of it, `nick!user@host`. */
  full: string;
}

/** Takes a line apart (RFC 1459 §2.3.1 with IRCv3 message tags); undefined when there is no command in it. */
export function parseIrcLine(line: string): IrcMessage | undefined {
  let rest = line.replace(/[\r\n]+$/, "");
  if (/[\r\n\0]/.test(rest)) return undefined;
  let tags: ReadonlyMap<string, string> = new Map();
  let source: IrcSource | undefined;
  if (rest.startsWith("@")) {
    const [word, after] = takeWord(rest);
    tags = parseTags(word.slice(1));
    rest = after;
  }
  if (rest.startsWith(":")) {
    const [word, after] = takeWord(rest);
    source = parseSource(word.slice(1));
    rest = after;
  }
  const [command, after] = takeWord(rest);
  if (!/^(?:[a-z]+|\d{3})$/i.test(command)) return undefined;
  return { tags, ...(source && { source }), command: command.toUpperCase(), params: parseParams(after) };
}

function takeWord(text: string): [word: string, rest: string] {
  const end = text.indexOf(" ");
  if (end < 0) return [text, ""];
  return [text.slice(0, end), text.slice(end).replace(/^ +/, "")];
}

function parseParams(text: string): string[] {
  const params: string[] = [];
  let rest = text;
  while (rest) {
    if (rest.startsWith(":")) return [...params, rest.slice(1)];
    const [word, after] = takeWord(rest);
    params.push(word);
    rest = after;
  }
  return params;
}

function parseSource(full: string): IrcSource {
  return { nick: full.replace(/[!@].*$/, ""), full };
}

function parseTags(text: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const pair of text.split(";")) {
    const equals = pair.indexOf("=");
    const key = equals < 0 ? pair : pair.slice(0, equals);
    if (key) tags.set(key, equals < 0 ? "" : unescapeTag(pair.slice(equals + 1)));
  }
  return tags;
}

const tagEscapes: Readonly<Record<string, string>> = { ":": ";", s: " ", "\\": "\\", r: "\r", n: "\n" };

/** An unknown `\x` is `x`; a lone backslash at the end is nothing (IRCv3 message tags). */
function unescapeTag(value: string): string {
  return value.replace(/\\(.?)/gsu, (_, letter: string) => tagEscapes[letter] ?? letter);
}
