import type { Clock } from "../clock.ts";
import type { BackendState } from "../contracts/health.ts";

/** One backend of a service, truly asked. */
export interface BackendCheck {
  name: string;
  /** The service does its work without it, slower. */
  optional?: true;
  ask(): Promise<unknown>;
}

/** A backend that has not answered by then is down. */
const LIMIT_MS = 2_000;

/** Asks all backends at once. @returns each with its state and the time of its answer in ms */
export async function askBackends(checks: BackendCheck[], clock: Clock): Promise<BackendState[]> {
  return Promise.all(
    checks.map(async ({ name, optional, ask }) => {
      const startedAt = clock();
      const state = await Promise.race([ask().then(isUp, isDown), isLate()]);
      return { name, state, latencyMs: clock() - startedAt, ...(optional ? { optional } : {}) };
    }),
  );
}

const isUp = (): "up" => "up";
const isDown = (): "down" => "down";
const isLate = () => new Promise<"down">((resolve) => setTimeout(resolve, LIMIT_MS, "down"));
