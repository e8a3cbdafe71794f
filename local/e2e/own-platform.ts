import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Config, HOST, readConfig } from "../config.ts";
import { platformParts } from "../parts/platform.ts";
import { wipePostgres } from "../postgres/prepare.ts";
import { seedIfEmpty } from "../seed/seed.ts";
import { startPlatform } from "../supervisor/platform.ts";

/** Away from the ports of `npm start`, and room for many of these beside one another. */
const FIRST_OFFSET = 10_000;
const STEP = 20;
const SLOTS = 100;

/** A seeded platform on ports and data of its own. */
export interface OwnPlatform {
  config: Config;
  /** Stops it and deletes its data. */
  takeAway(): Promise<void>;
}

/**
 * Starts a platform of one's own, beside whatever else is running.
 * @throws PlatformError when a part does not start, or the reason of `interrupt`; nothing is left behind then
 */
export async function startOwnPlatform(options: {
  log: (line: string) => void;
  interrupt?: AbortSignal;
  hurry?: AbortSignal;
}): Promise<OwnPlatform> {
  const portOffset = String(await freeOffset());
  const dataDir = join(mkdtempSync(join(tmpdir(), "ticketflow-own-")), "data");
  // Postgres may run as another user, who has to get there.
  chmodSync(dirname(dataDir), 0o755);
  const config = readConfig({
    TICKETFLOW_PORT_OFFSET: portOffset,
    TICKETFLOW_DATA_DIR: dataDir,
    TICKETFLOW_BACKENDS: process.env.TICKETFLOW_BACKENDS,
    KAFKA_PROTOCOL: process.env.KAFKA_PROTOCOL,
  });
  const wipe = async () => {
    await wipePostgres({ dataDir: join(dataDir, "postgres") });
    rmSync(dirname(dataDir), { recursive: true, force: true });
  };
  const platform = await startPlatform(platformParts(config), { dataDir, ...options }).catch(
    async (error: unknown) => {
      await wipe();
      throw error;
    },
  );
  const takeAway = async () => {
    await platform.stop();
    await wipe();
  };
  try {
    await seedIfEmpty(config);
  } catch (error) {
    await takeAway();
    throw error;
  }
  return { config, takeAway };
}

/** The first port offset under which nothing listens. Each process begins to look at a place of its own, so that two that start at once do not find the same ports. */
export async function freeOffset(): Promise<number> {
  for (let n = 0; n < SLOTS; n++) {
    const offset = FIRST_OFFSET + STEP * ((process.pid + n) % SLOTS);
    const { ports } = readConfig({ TICKETFLOW_PORT_OFFSET: String(offset) });
    const taken = await Promise.all(Object.values(ports).map(isTaken));
    if (!taken.includes(true)) return offset;
  }
  throw new Error(`no free ports between the offsets ${FIRST_OFFSET} and ${FIRST_OFFSET + STEP * SLOTS}`);
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    const settle = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}
