import { runProcess } from "../shared/run-process.ts";
import { readConfig } from "./config.ts";
import { openStore } from "./log-store/open.ts";
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
