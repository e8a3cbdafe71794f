import { z } from "zod";
import { startRuntime } from "./runtime.ts";

/** The Workers' runtime as a process. */
const environment = z
  .object({
    HOST: z.string().default("127.0.0.1"),
    PORT: z.coerce.number().int().min(0).max(65_535),
    DATA_DIR: z.string().min(1),
    /** Paths of wrangler.toml files, separated by newlines; the gateway's first. */
    WORKER_CONFIGS: z.string().min(1),
    /** JSON: each Worker's variables by its name. */
    WORKER_VARIABLES: z
      .string()
      .transform((text) => JSON.parse(text) as Record<string, Record<string, string>>),
  })
  .parse(process.env);

/** How often the minute's cron triggers run. */
const MINUTE_MS = 60_000;

const log = (message: string, fields: object = {}) =>
  console.log(JSON.stringify({ part: "workers", message, ...fields }));

const runtime = await startRuntime({
  configs: environment.WORKER_CONFIGS.split("\n"),
  host: environment.HOST,
  port: environment.PORT,
  storageDir: environment.DATA_DIR,
  variables: environment.WORKER_VARIABLES,
});
log("listening", { port: environment.PORT });

const poke = (run: () => Promise<void>) =>
  run().catch((error) => log("cron failed", { error: String(error) }));
await poke(runtime.runCrons);
const timer = setInterval(() => void poke(runtime.runMinuteCrons), MINUTE_MS);

process.once("SIGTERM", async () => {
  clearInterval(timer);
  await runtime.close();
  process.exit(0);
});
