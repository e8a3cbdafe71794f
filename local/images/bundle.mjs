/*
 * Makes one file, dist/<name>/main.mjs below the working folder, of each server that is named: all that its image needs
 * beside Node. Run while an image is built (Dockerfile); an import that is not there fails the build.
 */
import { build } from "esbuild";

for (const name of process.argv.slice(2)) {
  await build({
    entryPoints: [`local/${name}/main.ts`],
    outfile: `dist/${name}/main.mjs`,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    sourcemap: "linked",
    // A native driver that node-postgres takes where it is installed; here it is not.
    external: ["pg-native"],
    // Packages in CommonJS ask for Node's modules in a way that a module has not.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
}
