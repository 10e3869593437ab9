import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where the rehearsal stage answers; the page itself only ever asks its own origin. */
const stage = process.env.REHEARSAL_ORIGIN ?? "http://127.0.0.1:8788";

// Only paths below /rehearsal/ are the stage's: /rehearsal itself is the page.
const proxy = { "^/rehearsal/": { target: stage, changeOrigin: true } };

export default defineConfig(({ command }) => {
  // A build is a build, also when a test runner has set this to "test": React's other half is slow and large.
  if (command === "build") process.env.NODE_ENV = "production";
  return {
    root: here("."),
    plugins: [react()],
    resolve: { alias: { "#hub": here("./src") } },
    build: {
      outDir: here("./dist"),
      emptyOutDir: true,
      target: "es2022",
      // Inlined assets would need data: in the content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
    server: { proxy },
    preview: { proxy },
  };
});
