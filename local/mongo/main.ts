import { systemClock } from "#shared/clock.ts";
import { runProcess } from "../shared/run-process.ts";
import { readConfig } from "./config.ts";
import { startMongo } from "./server.ts";

await runProcess("mongo", ({ log, fail }) =>
  startMongo({
    ...readConfig(process.env),
    clock: systemClock,
    log,
    onFatal: (reason) => fail("commit-failed", reason),
  }),
);
