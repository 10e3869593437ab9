import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { dirname, join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";

/** The files that a Worker imports as text, as the Text rule in wrangler.toml says. */
const textFile = /\.(html|css|client\.js)$|\/purify\.min\.js$/;

const textFiles: Plugin = {
  name: "text-files",
  setup({ onLoad }) {
    onLoad({ filter: textFile }, async ({ path }) => ({
      contents: await readFile(path, "utf8"),
      loader: "text",
    }));
  },
};

/** Older packages write `crypto` for `node:crypto`; workerd knows only the second. */
const builtinsByFullName: Plugin = {
  name: "builtins-by-full-name",
  setup({ onResolve }) {
    onResolve({ filter: /^[a-z_]+(\/[a-z_]+)?$/ }, ({ path }) =>
      isBuiltin(path) ? { path: `node:${path}`, external: true } : undefined,
    );
  },
};

export interface Bundle {
  script: string;
  /** The script's source map. It is not part of the script: what starts a house copies every byte of it many times. */
  map: string;
  /** Every file it was made from, as full paths. */
  inputs: readonly string[];
}

/** One Worker's code as one ES module, as `wrangler deploy` would bundle it. Errors name file and line. */
export async function bundleWorker(main: string, define: Record<string, string>): Promise<Bundle> {
  const result = await build({
    entryPoints: [main],
    absWorkingDir: dirname(main),
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    outfile: join(dirname(main), "worker.mjs"),
    sourcemap: "external",
    sourceRoot: dirname(main),
    minify: true,
    logLevel: "silent",
    define: { "process.env.NODE_ENV": '"development"', ...define },
    plugins: [textFiles, builtinsByFullName],
  });
  const inputs = Object.keys(result.metafile.inputs).map((path) => resolve(dirname(main), path));
  const textOf = (ending: string) => result.outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { script: textOf(".mjs"), map: textOf(".map"), inputs };
}
