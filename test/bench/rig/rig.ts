import { InstallError } from "#local/backends/install/command.ts";
import { type LoadGenerator, startLoadGenerator } from "../load/generator.ts";
import { startFront } from "./front.ts";
import { startPostgres, startRedis } from "./servers.ts";
import { type Served, startWorkerd } from "./workerd.ts";

/** What the lock's measures share: started by the first that asks, idle while something else is measured. */
export interface Rig {
  workerd: Served;
  load: LoadGenerator;
  peers: Peers;
  close(): Promise<void>;
}

/** The peers' front, where their servers are on this machine. `withoutRedis` says why only P2 can be asked. */
export interface Peers {
  front: Served;
  versions: string[];
  redisPid: number | undefined;
  postgresPid: number;
  withoutRedis: string | undefined;
}

export async function startRig(note: (line: string) => void): Promise<Rig> {
  const redis = await startRedis().catch((error: unknown) => {
    if (error instanceof InstallError) return error.message;
    throw error;
  });
  const withoutRedis = typeof redis === "string" ? redis : undefined;
  if (withoutRedis) note(`P1, P1p and P3 are skipped: ${withoutRedis}`);
  const server = typeof redis === "string" ? undefined : redis;
  const postgres = await startPostgres();
  const front = await startFront({ redisPort: server?.port, postgresUrl: postgres.url });
  const workerd = await startWorkerd();
  const load = startLoadGenerator();
  const versions = [server?.version, postgres.version].filter((version) => version !== undefined);
  note(`Measured: ${[workerd.version, ...versions].join("; ")}`);
  return {
    workerd,
    load,
    peers: { front, versions, redisPid: server?.pid, postgresPid: postgres.pid, withoutRedis },
    async close() {
      for (const part of [load, front, workerd, server, postgres]) await part?.close();
    },
  };
}
