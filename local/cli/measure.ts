import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

// `--reload`: how soon `npm run dev` makes a saved change live. `--connections`: 500 requests a second on small pools.
// `--clients`: Upstash's clients beside plain requests. `--backends`: bookings on what npm brings and on real servers.
const others = {
  ...{ "--reload": "dev", "--connections": "connections" },
  ...{ "--clients": "clients", "--backends": "side-by-side" },
};
const [, what] = Object.entries(others).find(([flag]) => process.argv.includes(flag)) ?? ["", "measure"];
// By its address: it belongs to the tests, which nothing here may depend on.
await import(pathToFileURL(resolve(import.meta.dirname, `../../test/${what}/main.ts`)).href);
