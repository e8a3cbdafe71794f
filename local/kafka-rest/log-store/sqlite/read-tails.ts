import type { LogRecord, ReadLimits } from "../log-store.ts";
import type { PartitionLog } from "./partition-log.ts";

/** Reads from the tails alone; each position must lie inside its tail. */
export function readTails(
  wanted: readonly { log: PartitionLog; offset: number }[],
  { maxRecords, maxBytes }: ReadLimits,
): LogRecord[] {
  const found: LogRecord[] = [];
  let bytes = 0;
  for (const { log, offset } of wanted) {
    const { records } = log.tail;
    // Offsets are dense, so a record's place in the tail follows from its offset.
    const first = offset - (records.at(0)?.record.offset ?? offset);
    for (let i = first; i < records.length; i += 1) {
      const entry = records.at(i)!;
      bytes += entry.bytes;
      if (found.length >= maxRecords || (found.length > 0 && bytes > maxBytes)) return found;
      found.push(entry.record);
    }
  }
  return found;
}
