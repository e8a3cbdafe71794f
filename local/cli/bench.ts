import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

// By its address: it belongs to the tests, which nothing here may depend on.
await import(pathToFileURL(resolve(import.meta.dirname, "../../test/bench/main.ts")).href);
