import { systemClock } from "#shared/clock.ts";
import { readConfig } from "./config.ts";
import { startMongo } from "./server.ts";

const log = (event: object) =>
  console.log(JSON.stringify({ time: new Date(systemClock()).toISOString(), ...event }));

function fail(event: string, error: unknown): never {
  log({ event, error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}

try {
  const server = await startMongo({
    ...readConfig(process.env),
    clock: systemClock,
    log,
    onFatal: (reason) => fail("commit-failed", reason),
  });
  log({ event: "listening", port: server.port });
  const stop = () => {
    void server.close().then(
      () => {
        log({ event: "stopped" });
        process.exit(0);
      },
      (error: unknown) => fail("stop-failed", error),
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
} catch (error) {
  fail("start-failed", error);
}
