import type { LedgerSegment } from "../rpc.ts";
import type { Stage } from "./object-property.ts";

/** An archive in the mood that `world` says. Slow calls end with `release`, in the order in which they came. */
export function moodyArchive(world: Pick<Stage["world"], "archive" | "archiveMood">) {
  let waiting: (() => void)[] = [];
  return {
    async append(segment: LedgerSegment): Promise<void> {
      const { archiveMood } = world;
      if (archiveMood === "down") throw new Error("the archive is down");
      if (archiveMood === "slow") await new Promise<void>((resolve) => void waiting.push(resolve));
      if (!world.archive.append(segment)) throw new Error("the archive has another history");
      if (archiveMood === "lost") throw new Error("the archive's answer was lost");
    },
    release(): void {
      const released = waiting;
      waiting = [];
      for (const resolve of released) resolve();
    },
  };
}
