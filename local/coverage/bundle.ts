import { readFile } from "node:fs/promises";
import type { BuildOptions, Plugin } from "esbuild";
import { instrument } from "./instrument.ts";
import { measuredPath } from "./measured.ts";
import { COUNTERS_ENTRYPOINT } from "./worker-counters.ts";

const COUNTERS_MODULE = `
  import { WorkerEntrypoint } from "cloudflare:workers";
  export class ${COUNTERS_ENTRYPOINT} extends WorkerEntrypoint {
    fetch() { return Response.json(globalThis.__coverage__ ?? {}); }
  }`;

/**
 * What makes a Worker's bundle count the lines that it runs: our own files get counters, and the Worker gets one
 * more entrypoint, which no address and no other Worker of ours leads to.
 * @param entry the Worker's own entry
 */
export function countingBundle(entry: string): { stdin: BuildOptions["stdin"]; plugin: Plugin } {
  const own = JSON.stringify(entry);
  return {
    stdin: {
      contents: `export * from ${own};\nexport { default } from ${own};\n${COUNTERS_MODULE}`,
      resolveDir: import.meta.dirname,
    },
    plugin: {
      name: "count-lines",
      setup({ onLoad }) {
        onLoad({ filter: /\.ts$/, namespace: "file" }, async ({ path: file }) => {
          const path = measuredPath(file);
          if (path === undefined) return undefined;
          return { contents: instrument(await readFile(file, "utf8"), path).code, loader: "js" };
        });
      },
    },
  };
}
