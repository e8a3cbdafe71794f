import { systemClock } from "#shared/clock.ts";
import { readConfig } from "./config.ts";
import { startStripe } from "./server.ts";

/** A Stripe-compatible API as a process of its own; see README.md. */

const log = (event: string, fields: Record<string, unknown> = {}): void => {
  console.log(JSON.stringify({ time: new Date().toISOString(), part: "stripe", event, ...fields }));
};

try {
  const server = await startStripe({ ...readConfig(process.env), clock: systemClock, log });
  log("listening", { port: server.port });
  process.once("SIGTERM", () => {
    server.close().then(
      () => {
        log("stopped");
        process.exit(0);
      },
      (error: unknown) => {
        log("stop_failed", { error: String(error) });
        process.exit(1);
      },
    );
  });
} catch (error) {
  log("start_failed", { error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
