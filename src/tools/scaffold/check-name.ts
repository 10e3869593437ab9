import { PlainError } from "#tools/plain-error";

/** The name becomes a folder, a variable's beginning, a header or Worker name, and an identifier. */
const namePattern = /^[a-z][a-z0-9]{1,30}$/;

/** Lower-case words that are no identifier in TypeScript. */
const languageWords = new Set(
  (
    "arguments as async await break case catch class const continue debugger default delete do else enum eval " +
    "export extends false finally for from function if implements import in instanceof interface let new null of " +
    "package private protected public return static super switch this throw true try type typeof undefined var " +
    "void while with yield"
  ).split(" "),
);

export interface NameRules {
  kind: "module" | "platform";
  /** Shown to whoever mistyped. */
  example: string;
  /** Identifiers the generated files use themselves, separated by spaces. */
  ownWords: string;
}

/** Throws a sentence for a name that the generated files could not bear. */
export function checkName(name: string, { kind, example, ownWords }: NameRules): void {
  if (!namePattern.test(name)) {
    throw new PlainError(
      `A ${kind}'s name is 2 to 31 of a-z and 0-9, a letter first: npm run new:${kind} ${example}`,
    );
  }
  if (languageWords.has(name))
    throw new PlainError(`${name} is a word of the language: please choose another name.`);
  if (ownWords.split(" ").includes(name))
    throw new PlainError(`${name} is a word of the generated code: please choose another name.`);
}
