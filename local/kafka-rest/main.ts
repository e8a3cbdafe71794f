import { runProcess } from "../shared/run-process.ts";
import { type LogConfig, readConfig } from "./config.ts";
import type { LogStore } from "./log-store/log-store.ts";
import { startKafkaRest } from "./server.ts";

await runProcess("kafka-rest", async ({ log, fail }) => {
  const { log: logConfig, ...config } = readConfig(process.env);
  const store = await openStore(logConfig, fail);
  const keepsConsumers = "dataDir" in logConfig;
  const server = await startKafkaRest({ ...config, store, keepsConsumers, log });
  return {
    port: server.port,
    async close() {
      await server.close();
      await store.close();
    },
  };
});

/** Loads the one kind of store that is asked for: a Kafka client takes its time and memory. */
async function openStore(
  config: LogConfig,
  fail: (event: string, error: unknown) => never,
): Promise<LogStore> {
  if ("brokers" in config) {
    const { BrokersLogStore } = await import("./log-store/brokers/brokers-log-store.ts");
    return new BrokersLogStore(config.brokers);
  }
  const { openSqliteLogStore } = await import("./log-store/sqlite/sqlite-log-store.ts");
  return await openSqliteLogStore({
    directory: config.dataDir,
    // Offsets were handed out for records that were not written; only a fresh start knows the truth again.
    onFailure: (error) => fail("commit-failed", error),
  });
}
