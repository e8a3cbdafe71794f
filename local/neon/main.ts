import { listenAddress, portNumber, required, wholeNumber } from "../shared/environment.ts";
import { runProcess } from "../shared/run-process.ts";
import { DEFAULT_POOL_SIZE, MAX_POOL_SIZE } from "./limits.ts";
import { startNeon } from "./server.ts";

await runProcess("neon", ({ log }) =>
  startNeon({
    port: portNumber(process.env),
    host: listenAddress(process.env),
    postgresHost: required(process.env, "POSTGRES_HOST"),
    postgresPort: portNumber(process.env, "POSTGRES_PORT"),
    poolSize: wholeNumber(process.env, "POOL_SIZE", {
      min: 1,
      max: MAX_POOL_SIZE,
      fallback: DEFAULT_POOL_SIZE,
    }),
    log,
  }),
);
