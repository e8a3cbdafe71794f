import { builtinModules } from "node:module";
import { resolve } from "node:path";
import { build, type Plugin, stop } from "esbuild";
import { DIRECT_PRELUDE } from "./direct.ts";

const BUILT_IN = new RegExp(
  `^(node:)?(${builtinModules.filter((name) => !name.startsWith("_")).join("|")})$`,
);

/**
 * Packages written for CommonJS ask for Node's modules by `require`; workerd has those modules, but no
 * `require`. Each becomes an import.
 */
const requireBuiltIns: Plugin = {
  name: "require-built-ins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: BUILT_IN }, ({ path, kind }) => {
      const name = path.startsWith("node:") ? path : `node:${path}`;
      return kind === "require-call" ? { path: name, namespace: "required" } : { path: name, external: true };
    });
    onLoad({ filter: /.*/, namespace: "required" }, ({ path }) => ({
      contents: `import builtIn from "${path}"; module.exports = builtIn;`,
    }));
  },
};

/** Ends the bundler's own process, which keeps half a gigabyte of what it has read. */
export const endBundling = stop;

/** A Worker's JavaScript, and the paths of all files that it was made of. */
export interface Bundle {
  code: string;
  inputs: string[];
}

/** What has no path in the file system is put together from what has. */
const WITHOUT_PATH = /^(\(disabled\)|[a-z-]+):|^</;

/** One Worker as a single module, as workerd takes it; see {@link makeBundle}. */
export async function bundleWorker(entry: string, options: { counting?: boolean } = {}): Promise<string> {
  return (await makeBundle(entry, options)).code;
}

/**
 * One Worker as a single module. Names are kept, so that a stack trace in a log can be read without a source map.
 * @param counting whether it is to count the lines that it runs
 */
export async function makeBundle(entry: string, { counting = false } = {}): Promise<Bundle> {
  const counted = counting ? (await import("../coverage/bundle.ts")).countingBundle(entry) : undefined;
  const { outputFiles, metafile } = await build({
    ...(counted ? { stdin: counted.stdin } : { entryPoints: [entry] }),
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["browser", "module", "main"],
    external: ["cloudflare:*"],
    plugins: counted ? [requireBuiltIns, counted.plugin] : [requireBuiltIns],
    define: { "process.env.NODE_ENV": '"production"' },
    keepNames: true,
    banner: { js: DIRECT_PRELUDE },
    logLevel: "error",
  });
  const inputs = Object.keys(metafile.inputs).filter((name) => !WITHOUT_PATH.test(name));
  return { code: outputFiles[0]!.text, inputs: inputs.map((name) => resolve(name)) };
}
