import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

/** Collects all garbage of this process at once: what was left by what was made ready is not counted with what is measured. */
export const collectGarbage = runInNewContext("gc") as () => void;
