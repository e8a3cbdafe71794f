import { build } from "esbuild";

/** Packages written for CommonJS ask for Node's modules by `require`; workerd has them, but no `require`. */
const REQUIRE = `import { createRequire as __createRequire } from "node:module";
const require = __createRequire("file:///");`;

/**
 * One Worker as a single module, as workerd takes it.
 * @returns its JavaScript, with an inline source map
 */
export async function bundleWorker(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "es2024",
    conditions: ["workerd", "worker", "browser", "import"],
    mainFields: ["browser", "module", "main"],
    external: ["node:*", "cloudflare:*"],
    banner: { js: REQUIRE },
    define: { "process.env.NODE_ENV": '"production"' },
    sourcemap: "inline",
    sourcesContent: false,
    keepNames: true,
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}
