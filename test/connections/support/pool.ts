import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import type { DocumentAnswer, DocumentCommand } from "#durable-objects/document-pool/rpc.ts";
import { type ReplicaSet, startReplicaSet } from "#local/mongo/replica-set.ts";
import { bundleWorker, endBundling } from "#local/workers/bundle.ts";
import { systemClock } from "#shared/clock.ts";

const ENTRY = new URL("../../../durable-objects/document-pool/testing/worker.ts", import.meta.url).pathname;
const USER = { user: "events", password: "events-password", database: "events" };

/** The pool object that the services have, in workerd, before a replica set. */
export type PoolInWorkerd = {
  set: ReplicaSet;
  /** The address of a service's edge that reads by its pools: `/edge`. */
  url: string;
  run(command: DocumentCommand, pool?: string): Promise<DocumentAnswer>;
  /** How many sockets a request of a Worker has open at once, of those that it asks for. */
  sockets(count: number): Promise<number>;
  close(): Promise<void>;
};

export async function startPool({ members = 3 } = {}): Promise<PoolInWorkerd> {
  const dataDir = mkdtempSync(join(tmpdir(), "pool-"));
  const onFatal = (reason: string) => {
    throw new Error(reason);
  };
  const engine = { dataDir, users: [USER], clock: systemClock, log: () => {}, onFatal };
  const set = await startReplicaSet({ ...engine, members });
  const hosts = set.ports.map((port) => `127.0.0.1:${port}`).join(",");
  const script = await bundleWorker(ENTRY);
  await endBundling();
  const miniflare = new Miniflare({
    modules: true,
    script,
    compatibilityDate: "2026-07-01",
    compatibilityFlags: ["nodejs_compat"],
    durableObjects: { POOL: { className: "TestDocumentPool", useSQLite: true } },
    bindings: { MONGO_URL: `mongodb://${USER.user}:${USER.password}@${hosts}/${USER.database}` },
  });
  const url = String(await miniflare.ready).replace(/\/$/, "");
  return {
    set,
    url,
    async run(command, pool = "pool") {
      const response = await miniflare.dispatchFetch(`http://worker/pool/${pool}`, {
        method: "POST",
        body: JSON.stringify(command),
      });
      return (await response.json()) as DocumentAnswer;
    },
    async sockets(count) {
      const response = await miniflare.dispatchFetch(
        `http://worker/sockets?port=${set.ports[0]}&count=${count}`,
      );
      return (await response.json()) as number;
    },
    async close() {
      await miniflare.dispose();
      await set.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
