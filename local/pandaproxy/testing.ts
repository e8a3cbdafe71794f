import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "#shared/clock.ts";
import type { LogStore } from "../kafka-rest/log-store/log-store.ts";
import { openSqliteLogStore, type SqliteLogStore } from "../kafka-rest/log-store/sqlite/sqlite-log-store.ts";
import { startPandaproxy } from "./server.ts";

export const CREDENTIALS = { username: "user", password: "pass:word" };

export interface TestLog {
  store: SqliteLogStore;
  close(): Promise<void>;
}

/** For tests: a log in a folder of its own, which is removed with it. */
export async function openTestLog(options: { clock?: Clock } = {}): Promise<TestLog> {
  const directory = mkdtempSync(join(tmpdir(), "pandaproxy-"));
  const onFailure = (error: Error) => {
    throw error;
  };
  const store = await openSqliteLogStore({ directory, onFailure, ...options });
  return {
    store,
    async close() {
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** For tests: the proxy over a log; its address. */
export async function startTestProxy(store: LogStore, clock: Clock = systemClock) {
  const server = await startPandaproxy({ port: 0, store, clock, ...CREDENTIALS });
  return { url: `http://127.0.0.1:${server.port}`, close: server.close };
}
