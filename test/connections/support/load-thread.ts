import { parentPort, workerData } from "node:worker_threads";
import { asked, manyConnections, type Outcome } from "./asked.ts";

/** Asks at a steady rate, whatever the answers are, in a thread of its own: what else this process does holds nothing up. */

const { url, headers, perSecond, seconds } = workerData as {
  url: string;
  headers: Record<string, string>;
  perSecond: number;
  seconds: number;
};

const TICK_MS = 5;
const agent = manyConnections();
const outcomes: Promise<Outcome>[] = [];
const total = perSecond * seconds;
const begun = performance.now();

const timer = setInterval(() => {
  const due = Math.min(total, Math.floor(((performance.now() - begun) / 1_000) * perSecond));
  while (outcomes.length < due) outcomes.push(asked(url, agent, headers));
  if (outcomes.length < total) return;
  clearInterval(timer);
  void Promise.all(outcomes).then((all) => {
    parentPort?.postMessage(all);
    agent.destroy();
  });
}, TICK_MS);
