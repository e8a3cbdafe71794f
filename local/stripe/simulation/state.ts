import { FaultBook } from "./faults.ts";
import { Outage } from "./outage.ts";

/** What a test can change about the server while it runs. */
export interface Simulation {
  faults: FaultBook;
  outage: Outage;
  /** Added to every API call before it is executed. */
  latencyMs: number;
}

export const MAX_LATENCY_MS = 30_000;

export const createSimulation = (latencyMs: number): Simulation => ({
  faults: new FaultBook(),
  outage: new Outage(),
  latencyMs,
});
