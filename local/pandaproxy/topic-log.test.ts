import { kafkaRest } from "#shared/log/kafka-rest.ts";
import { pandaproxy } from "#shared/log/pandaproxy/pandaproxy.ts";
import { describeTopicLog, type LogUnderTest } from "#shared/log/topic-log.contract.ts";
import { startKafkaRest } from "../kafka-rest/server.ts";
import { CREDENTIALS, openTestLog, startTestProxy } from "./testing.ts";

/*
 * Both adapters of the log's port, each over the server that it is for. It lies here because what is shared imports
 * nothing of a machine's.
 */
const RETENTION_MS = 3_600_000;

/** A log of which a test can make all records so old that retention takes them. */
async function openLog() {
  let shiftMs = 0;
  const clock = () => Date.now() + shiftMs;
  const { store, close } = await openTestLog({ clock });
  return {
    ...{ store, clock, close },
    createTopic: (name: string, partitions: number) =>
      store.createTopics([{ name, partitions, retentionMs: RETENTION_MS }]),
    async forget() {
      shiftMs += 2 * RETENTION_MS;
      while ((await store.sweepRetention()) > 0);
    },
  };
}

describeTopicLog("kafkaRest", async (): Promise<LogUnderTest> => {
  const { store, clock, close, ...rest } = await openLog();
  const server = await startKafkaRest({ port: 0, store, clock, ...CREDENTIALS });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    ...rest,
    log: kafkaRest({ url, ...CREDENTIALS }),
    stranger: kafkaRest({ url, ...CREDENTIALS, password: "another" }),
    async close() {
      await server.close();
      await close();
    },
  };
});

describeTopicLog("pandaproxy", async (): Promise<LogUnderTest> => {
  const { store, clock, close, ...rest } = await openLog();
  const server = await startTestProxy(store, clock);
  return {
    ...rest,
    log: pandaproxy({ url: server.url, ...CREDENTIALS }),
    stranger: pandaproxy({ url: server.url, ...CREDENTIALS, password: "another" }),
    async close() {
      await server.close();
      await close();
    },
  };
});
