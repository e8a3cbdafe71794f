import { parseArgs } from "node:util";
import { installServers } from "#local/backends/install/versions.ts";
import { startOwnPlatform } from "#local/e2e/own-platform.ts";
import { type Done, type Outcome, render, total } from "./outcome.ts";
import { type Stage, stagesOn, WITHOUT_A_SERVER } from "./stages.ts";

const USAGE = `Usage: npm run test:backends [-- --only TEXT[,TEXT]] [--install]
  --only     the stages alone whose names hold one of these
  --install  fetches the servers and ends`;

async function main(only: readonly string[], installAlone: boolean): Promise<boolean> {
  const versions = await installServers((line) => console.log(`Server: ${line}`));
  if (installAlone) return true;
  process.env.TICKETFLOW_BACKENDS = "servers";
  const { config, takeAway } = await startOwnPlatform({ log: console.error });
  const done: Done[] = [];
  try {
    for (const stage of stagesOn(config).filter(({ name }) => isWanted(name, only)))
      done.push(await timed(stage));
  } finally {
    await takeAway();
  }
  console.log(render({ versions, done, without: WITHOUT_A_SERVER }));
  const { passed, failed } = total(done);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

const isWanted = (name: string, only: readonly string[]): boolean =>
  only.length === 0 || only.some((text) => name.includes(text));

async function timed(stage: Stage): Promise<Done> {
  console.log(`\n=== ${stage.name}`);
  const begun = performance.now();
  const outcome = await stage.run().catch((error: unknown): Outcome => {
    console.error(error);
    return { passed: 0, failed: 1, notRun: [] };
  });
  return { stage: stage.name, ms: performance.now() - begun, ...outcome };
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
let flags: { only: string | undefined; install: boolean };
try {
  const { values } = parseArgs({
    options: { only: { type: "string" }, install: { type: "boolean", default: false } },
  });
  flags = { only: values.only, install: values.install };
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exit(2);
}
process.exit((await main(flags.only?.split(",") ?? [], flags.install)) ? 0 : 1);
