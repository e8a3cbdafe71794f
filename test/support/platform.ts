import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { type Config, HOST, httpUrl, readConfig } from "#local/config.ts";
import { platformParts } from "#local/parts/platform.ts";
import { wipePostgres } from "#local/postgres/prepare.ts";
import { seedIfEmpty } from "#local/seed/seed.ts";
import { startPlatform } from "#local/supervisor/platform.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the platform under test is; see {@link readConfig}. */
    platform: { portOffset: string; dataDir: string };
  }
}

/** Away from the ports of `npm start`, and room for many test runs beside one another. */
const FIRST_OFFSET = 10_000;
const STEP = 20;
const TRIES = 50;

/** Starts a platform on ports and data of its own, seeded; takes it away afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = join(mkdtempSync(join(tmpdir(), "ticketflow-test-")), "data");
  // Postgres may run as another user, who has to get there.
  chmodSync(join(dataDir, ".."), 0o755);
  const portOffset = String(await freeOffset());
  const config = readConfig({ TICKETFLOW_PORT_OFFSET: portOffset, TICKETFLOW_DATA_DIR: dataDir });
  const platform = await startPlatform(platformParts(config), { dataDir, log: console.error });
  const takeAway = async () => {
    await platform.stop();
    await wipePostgres({ dataDir: join(dataDir, "postgres") });
    rmSync(join(dataDir, ".."), { recursive: true, force: true });
  };
  try {
    await seedIfEmpty(config);
  } catch (error) {
    await takeAway();
    throw error;
  }
  project.provide("platform", { portOffset, dataDir });
  return takeAway;
}

async function freeOffset(): Promise<number> {
  for (let offset = FIRST_OFFSET; offset < FIRST_OFFSET + TRIES * STEP; offset += STEP) {
    const { ports } = readConfig({ TICKETFLOW_PORT_OFFSET: String(offset) });
    const taken = await Promise.all(Object.values(ports).map(isTaken));
    if (!taken.includes(true)) return offset;
  }
  throw new Error(`no free ports from offset ${FIRST_OFFSET} on`);
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("close", () => socket.destroy());
  });
}

/** The platform's configuration and public address, from what the set-up provides. */
export function platformOf(provided: { portOffset: string; dataDir: string }): {
  config: Config;
  url: string;
} {
  const { portOffset, dataDir } = provided;
  const config = readConfig({ TICKETFLOW_PORT_OFFSET: portOffset, TICKETFLOW_DATA_DIR: dataDir });
  return { config, url: httpUrl(config, "gateway") };
}
