import { z } from "zod";
import { FAULT_MODES, FAULT_PLACES, type FaultBook, MAX_DELAY_MS, MAX_FAULTS, MAX_TIMES } from "./faults.ts";

const fault = z
  .strictObject({
    at: z.enum(FAULT_PLACES),
    mode: z.enum(FAULT_MODES),
    recipient: z.string().max(320).toLowerCase().nullable().default(null),
    times: z.int().min(1).max(MAX_TIMES).default(1),
    delayMs: z.int().min(0).max(MAX_DELAY_MS).default(0),
  })
  .refine(({ at, mode }) => mode !== "disconnect_after" || at === "data", "disconnect_after is for data");

export interface ControlAnswer {
  status: number;
  body: object;
}

/**
 * A test says here how the server shall misbehave: GET, POST, DELETE /_test/faults.
 * @param body parsed JSON, or undefined
 */
export function controlFaults(faults: FaultBook, method: string, body: unknown): ControlAnswer {
  if (method === "DELETE") faults.clear();
  if (method === "POST") {
    const asked = fault.safeParse(body);
    if (!asked.success) return { status: 400, body: { error: z.prettifyError(asked.error) } };
    if (!faults.add(asked.data)) return { status: 400, body: { error: `at most ${MAX_FAULTS} faults` } };
  }
  return { status: 200, body: { faults: faults.list() } };
}
