import { systemClock } from "#shared/clock.ts";
import { runProcess } from "../shared/run-process.ts";
import { readConfig } from "./config.ts";
import { startStripe } from "./server.ts";

await runProcess("stripe", ({ log }) => startStripe({ ...readConfig(process.env), clock: systemClock, log }));
