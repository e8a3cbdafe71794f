import { runProcess } from "../shared/run-process.ts";
import { readConsoleConfig } from "./config.ts";
import { startConsole } from "./server.ts";

await runProcess("console", ({ log }) => startConsole(readConsoleConfig(process.env), log));
