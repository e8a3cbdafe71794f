import { systemClock } from "#shared/clock.ts";
import { runProcess } from "../shared/run-process.ts";
import { readConfig } from "./config.ts";
import { startMail } from "./server.ts";

await runProcess("mail", ({ log }) => startMail({ ...readConfig(process.env), clock: systemClock, log }));
