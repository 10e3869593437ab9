import { readFileSync } from "node:fs";
import { must } from "#lib/must";
import { inProject } from "#tools/paths";

/** What docs/guides/add-a-platform.md tells its reader to do, taken from its own text: a stale guide fails its proof. */
export function readGuide() {
  const text = readFileSync(inProject("docs", "guides", "add-a-platform.md"), "utf8");
  const find = (pattern: RegExp, what: string) => must(pattern.exec(text)?.[1], `the guide's ${what}`);
  return {
    /** `npm run new:platform NAME`. */
    name: find(/npm run new:platform (\w+)/, "name"),
    /** Makes a channel belong to a community. */
    insertChannel: find(/(INSERT INTO servers [^;]+);/, "statement"),
    /** A request's body. */
    body: find(/body='([^']+)'/, "request"),
    path: find(/http:\/\/127\.0\.0\.1:8787(\/webhooks\/\w+)/, "path"),
    headers: {
      timestamp: find(/-H "(x-[\w-]+): \$now"/, "timestamp header"),
      signature: find(/-H "(x-[\w-]+): \$digest"/, "signature header"),
    },
    /** The table of variables: by Worker, without the bot's token. */
    variables: [...text.matchAll(/^\| `([A-Z_]+)` +\| (edge|sender) /gm)].map(
      ([, name = "", worker = ""]) => ({ name, worker }),
    ),
  };
}
