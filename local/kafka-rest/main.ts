import { readConfig } from "./config.ts";
import { openSqliteLogStore } from "./log-store/sqlite/sqlite-log-store.ts";
import { startKafkaRest } from "./server.ts";

const log = (event: Record<string, unknown>) =>
  process.stdout.write(
    `${JSON.stringify({ time: new Date().toISOString(), service: "kafka-rest", ...event })}\n`,
  );

const fail = (event: string, error: unknown): never => {
  log({ event, error: String(error) });
  process.exit(1);
};

try {
  const config = readConfig(process.env);
  const store = await openSqliteLogStore({
    directory: config.dataDir,
    // Offsets were handed out for records that were not written; only a fresh start knows the truth again.
    onFailure: (error) => fail("commit-failed", error),
  });
  const server = await startKafkaRest({ ...config, store, log });
  log({ event: "listening", port: server.port });

  process.once("SIGTERM", async () => {
    try {
      await server.close();
      await store.close();
      log({ event: "stopped" });
      process.exit(0);
    } catch (error) {
      fail("stop-failed", error);
    }
  });
} catch (error) {
  fail("start-failed", error);
}
