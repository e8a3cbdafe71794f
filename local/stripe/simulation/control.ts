import type { WebhookDispatcher } from "../webhooks/dispatcher.ts";
import { FAULT_MODES, type FaultMode, MAX_FAULTS, MAX_TIMES } from "./faults.ts";
import { MAX_OUTAGE_SECONDS, OUTAGE_MODES, type OutageMode } from "./outage.ts";
import { MAX_LATENCY_MS, type Simulation } from "./state.ts";

/**
 * Our own extension, not Stripe's: a test says here how the server shall misbehave.
 *   GET, POST, DELETE /_test/faults   {match: "POST /v1/payment_intents/x/confirm", mode, times}; * is any one segment
 *   POST /_test/latency               {ms}
 *   POST /_test/webhooks              {paused}
 *   GET, POST /_test/outage           {seconds, mode}; 0 seconds ends it
 * Bodies are application/json, which keeps a web page elsewhere from sending them.
 */
export interface ControlAnswer {
  status: number;
  body: object;
}

const refuse = (message: string): ControlAnswer => ({ status: 400, body: { error: message } });

/** Answers a control request, or null when `path` is none of them. `body` is parsed JSON, or undefined. */
export function control(
  simulation: Simulation,
  webhooks: WebhookDispatcher,
  nowMs: number,
  request: { method: string; path: string; body: unknown },
): ControlAnswer | null {
  const fields = typeof request.body === "object" && request.body !== null ? request.body : {};
  switch (`${request.method} ${request.path}`) {
    case "GET /_test/faults":
      return { status: 200, body: { faults: simulation.faults.list() } };
    case "DELETE /_test/faults":
      simulation.faults.clear();
      return { status: 200, body: { faults: [] } };
    case "POST /_test/faults":
      return addFault(simulation, fields);
    case "POST /_test/latency": {
      const ms = "ms" in fields ? fields.ms : undefined;
      if (!isCount(ms, 0, MAX_LATENCY_MS)) return refuse(`ms must be a whole number up to ${MAX_LATENCY_MS}`);
      simulation.latencyMs = ms;
      return { status: 200, body: { ms } };
    }
    case "POST /_test/webhooks": {
      const paused = "paused" in fields ? fields.paused : undefined;
      if (typeof paused !== "boolean") return refuse("paused must be true or false");
      webhooks.setPaused(paused);
      return { status: 200, body: { paused, pending: webhooks.pendingCount() } };
    }
    case "GET /_test/outage":
      return outageAnswer(simulation, nowMs);
    case "POST /_test/outage":
      return setOutage(simulation, nowMs, fields);
    default:
      return null;
  }
}

function setOutage(simulation: Simulation, nowMs: number, fields: object): ControlAnswer {
  const { seconds, mode = "error" } = fields as { seconds?: unknown; mode?: unknown };
  if (!isCount(seconds, 0, MAX_OUTAGE_SECONDS)) {
    return refuse(`seconds must be a whole number up to ${MAX_OUTAGE_SECONDS}`);
  }
  const known = OUTAGE_MODES.find((candidate): candidate is OutageMode => candidate === mode);
  if (!known) return refuse(`mode must be one of ${OUTAGE_MODES.join(", ")}`);
  simulation.outage.set(known, nowMs + seconds * 1000);
  return outageAnswer(simulation, nowMs);
}

const outageAnswer = ({ outage }: Simulation, nowMs: number): ControlAnswer => ({
  status: 200,
  body: { seconds: outage.secondsLeft(nowMs), mode: outage.at(nowMs) },
});

function addFault(simulation: Simulation, fields: object): ControlAnswer {
  const { match, mode, times = 1 } = fields as { match?: unknown; mode?: unknown; times?: unknown };
  if (typeof match !== "string" || !/^(GET|POST|DELETE) \/v1\/[\w*/]{1,200}$/.test(match)) {
    return refuse('match must be a method and a path, as in "POST /v1/payment_intents/*/confirm"');
  }
  const known = FAULT_MODES.find((candidate): candidate is FaultMode => candidate === mode);
  if (!known) return refuse(`mode must be one of ${FAULT_MODES.join(", ")}`);
  if (!isCount(times, 1, MAX_TIMES)) return refuse(`times must be a whole number from 1 to ${MAX_TIMES}`);
  if (!simulation.faults.add({ match, mode: known, times })) return refuse(`at most ${MAX_FAULTS} faults`);
  return { status: 200, body: { faults: simulation.faults.list() } };
}

const isCount = (value: unknown, min: number, max: number): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
