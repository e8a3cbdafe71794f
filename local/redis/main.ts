import { runProcess } from "../shared/run-process.ts";
import { readConfig } from "./config.ts";
import { startRedisRest } from "./server.ts";

await runProcess("redis", ({ log }) => startRedisRest({ ...readConfig(process.env), log }));
