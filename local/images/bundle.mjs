/*
 * Makes a folder, dist/<name>/ below the working folder, of each server that is named: one file and what it reads beside
 * itself, all that its image needs beside Node. Run while an image is built (Dockerfile); an import that is not there
 * fails the build.
 */
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { build } from "esbuild";

for (const name of process.argv.slice(2)) {
  const folder = join("dist", name);
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [`local/${name}/main.ts`],
    outfile: join(folder, "main.mjs"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    sourcemap: "linked",
    // A native driver that node-postgres takes where it is installed; here it is not.
    external: ["pg-native"],
    // Packages in CommonJS ask for Node's modules in a way that a module has not. A name that no package has: what stands
    // here is not renamed where it meets its like.
    banner: {
      js: 'import { createRequire as bannerRequire } from "node:module"; const require = bannerRequire(import.meta.url);',
    },
    plugins: [besideItself(folder)],
    logLevel: "warning",
  });
}

/** Copies what a module of a package reads from a place beside itself (WebAssembly), and says where it is now. */
function besideItself(folder) {
  const reads = /new URL\(["']([^"']+\.wasm)["'], import\.meta\.url\)/g;
  return {
    name: "beside-itself",
    setup({ onLoad }) {
      onLoad({ filter: /node_modules[/\\].*\.m?js$/ }, async ({ path }) => {
        const contents = await readFile(path, "utf8");
        const files = [...contents.matchAll(reads)].map(([, file]) => file);
        if (files.length === 0) return undefined;
        for (const file of files) await copyFile(resolve(dirname(path), file), join(folder, basename(file)));
        return {
          contents: contents.replaceAll(
            reads,
            (_, file) => `new URL("./${basename(file)}", import.meta.url)`,
          ),
        };
      });
    },
  };
}
