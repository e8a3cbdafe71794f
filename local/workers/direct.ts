import type { WorkerOptions } from "miniflare";
import { HOST } from "../config.ts";

/** By this name a Worker's bindings say which of them leads where: JSON, names by origin. */
const DIRECT = "DIRECT_BINDINGS";

/**
 * The servers of this machine among a Worker's variables, as bindings. Miniflare puts a Worker of its own before whatever
 * `fetch` reaches, which costs as much as the request itself; what is bound is reached past it.
 */
export function directBindings(
  variables: Readonly<Record<string, string>> = {},
): Required<Pick<WorkerOptions, "bindings" | "serviceBindings">> {
  const origins = new Set(Object.values(variables).flatMap(originHere));
  const named = [...origins].map((origin, n) => ({ origin, name: `DIRECT_${n}` }));
  return {
    bindings: {
      [DIRECT]: JSON.stringify(Object.fromEntries(named.map(({ origin, name }) => [origin, name]))),
    },
    serviceBindings: Object.fromEntries(
      named.map(({ origin, name }) => [name, { external: { address: new URL(origin).host, http: {} } }]),
    ),
  };
}

/** The origin of an address of this machine; of other texts none. */
function originHere(text: string): string[] {
  if (!text.startsWith(`http://${HOST}:`) || !URL.canParse(text)) return [];
  return [new URL(text).origin];
}

/** Stands before a Worker's own code: its `fetch` goes by those bindings. What is not bound goes the way it always went. */
export const DIRECT_PRELUDE = `
import { env as directEnv } from "cloudflare:workers";
const directNames = JSON.parse(directEnv.${DIRECT} ?? "{}");
const fetchOutside = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const url = typeof input === "string" ? input : (input.url ?? String(input));
  const end = url.indexOf("/", 8);
  const name = directNames[end < 0 ? url : url.slice(0, end)];
  return name === undefined ? fetchOutside(input, init) : directEnv[name].fetch(input, init);
};`;
