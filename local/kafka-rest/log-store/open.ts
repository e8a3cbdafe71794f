import type { LogConfig } from "../config.ts";
import type { LogStore } from "./log-store.ts";

/** Loads the one kind of store that is asked for: a Kafka client takes its time and memory. */
export async function openStore(
  config: LogConfig,
  fail: (event: string, error: unknown) => never,
): Promise<LogStore> {
  if ("brokers" in config) {
    const { BrokersLogStore } = await import("./brokers/brokers-log-store.ts");
    return new BrokersLogStore(config.brokers);
  }
  const { openSqliteLogStore } = await import("./sqlite/sqlite-log-store.ts");
  return await openSqliteLogStore({
    directory: config.dataDir,
    // Offsets were handed out for records that were not written; only a fresh start knows the truth again.
    onFailure: (error) => fail("commit-failed", error),
  });
}
