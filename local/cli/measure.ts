import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

// `--reload`: how soon `npm run dev` makes a saved change live.
const what = process.argv.includes("--reload") ? "dev" : "measure";
// By its address: it belongs to the tests, which nothing here may depend on.
await import(pathToFileURL(resolve(import.meta.dirname, `../../test/${what}/main.ts`)).href);
