import type { TestProject } from "vitest/node";
import { type Config, httpUrl, readConfig } from "#local/config.ts";
import { startOwnPlatform } from "#local/e2e/own-platform.ts";
import { startOidcServer } from "./oidc-provider.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the platform under test is; see {@link readConfig}. */
    platform: { portOffset: string; dataDir: string };
  }
}

/** Starts a platform on ports and data of its own, seeded; takes it away afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const oidc = await startOidcServer();
  // The platform's parts take it from here.
  process.env.OIDC_PROVIDERS = oidc.variable;
  const { config, takeAway } = await startOwnPlatform({ log: console.error });
  project.provide("platform", { portOffset: String(config.portOffset), dataDir: config.dataDir });
  return async () => {
    await takeAway();
    await oidc.close();
  };
}

/** The platform's configuration and public address, from what the set-up provides. */
export function platformOf(provided: { portOffset: string; dataDir: string }): {
  config: Config;
  url: string;
} {
  const { portOffset, dataDir } = provided;
  const config = readConfig({
    TICKETFLOW_PORT_OFFSET: portOffset,
    TICKETFLOW_DATA_DIR: dataDir,
    TICKETFLOW_BACKENDS: process.env.TICKETFLOW_BACKENDS,
  });
  return { config, url: httpUrl(config, "gateway") };
}
