import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { GUARDS } from "./guards.ts";

/**
 * Preloaded by a run that shall fail: takes the guard that SIMULATION_WITHOUT_GUARD names out of the production source as that
 * is loaded. Nothing on disk changes.
 */
const name = process.env.SIMULATION_WITHOUT_GUARD;
const guard = GUARDS.find((each) => each.name === name);
if (!guard) throw new Error(`there is no guard "${name}"`);

const root = new URL("../../../", import.meta.url);
const target = new URL(guard.file, root).href;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url !== target) return loaded;
    const source = String(loaded.source);
    const found = source.split(guard.text).length - 1;
    if (found !== 1) throw new Error(`"${guard.name}" is ${found} times in ${fileURLToPath(url)}, not once`);
    return { ...loaded, source: source.replace(guard.text, () => guard.instead) };
  },
});
