import { runProcess } from "../shared/run-process.ts";
import { readConfig } from "./config.ts";
import { openSqliteLogStore } from "./log-store/sqlite/sqlite-log-store.ts";
import { startKafkaRest } from "./server.ts";

await runProcess("kafka-rest", async ({ log, fail }) => {
  const config = readConfig(process.env);
  const store = await openSqliteLogStore({
    directory: config.dataDir,
    // Offsets were handed out for records that were not written; only a fresh start knows the truth again.
    onFailure: (error) => fail("commit-failed", error),
  });
  const server = await startKafkaRest({ ...config, store, log });
  return {
    port: server.port,
    async close() {
      await server.close();
      await store.close();
    },
  };
});
