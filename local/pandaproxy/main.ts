import { openStore } from "../kafka-rest/log-store/open.ts";
import { startKafkaRest } from "../kafka-rest/server.ts";
import { runProcess } from "../shared/run-process.ts";
import { readConfig } from "./config.ts";
import { startPandaproxy } from "./server.ts";

/*
 * Two fronts of one log: topics are created, and people look at them, by Upstash's routes, whatever the Workers speak.
 * Only one process may have the log's folder.
 */
await runProcess("kafka-rest", async ({ log, fail }) => {
  const { kafkaRest, port } = readConfig(process.env);
  const { log: logConfig, ...options } = kafkaRest;
  const store = await openStore(logConfig, fail);
  const front = await startKafkaRest({ ...options, store, keepsConsumers: "dataDir" in logConfig, log });
  const proxy = await startPandaproxy({ ...options, port, store, log });
  log("pandaproxy-listening", { port: proxy.port });
  return {
    port: front.port,
    async close() {
      await Promise.all([front.close(), proxy.close()]);
      await store.close();
    },
  };
});
