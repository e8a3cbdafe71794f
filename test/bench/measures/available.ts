import { type Contender, lacks } from "../contenders.ts";
import type { Bar, BenchOptions } from "../types.ts";
import { type Asked, skipped } from "../verdict.ts";
import { onRig } from "./on-rig.ts";

/** Those whose servers are on this machine. */
export async function available<K extends Contender>(
  contenders: readonly K[],
  options: BenchOptions,
): Promise<K[]> {
  const { rig } = await onRig(options);
  return contenders.filter((contender) => !lacks(rig, contender));
}

/** Bars against peers whose servers are not here. */
export function skippedPeers(asked: readonly Asked[]): Bar[] {
  return asked.map((one) => skipped(one, "no Redis from Debian's packages is to be had here"));
}
