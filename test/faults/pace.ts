import { setTimeout as delay } from "node:timers/promises";
import { MAX_RESTARTS, RESTART_WINDOW_MS } from "#local/supervisor/restart-policy.ts";

/** Waits before a part is killed once more, for as long as the supervisor would take it for broken. */
export function paced(): (part: string) => Promise<void> {
  const killedAt = new Map<string, number[]>();
  return async (part) => {
    const earlier = killedAt.get(part) ?? [];
    const oldest = earlier.at(-(MAX_RESTARTS - 1));
    if (oldest !== undefined) await delay(Math.max(0, oldest + RESTART_WINDOW_MS - performance.now()));
    killedAt.set(part, [...earlier, performance.now()]);
  };
}
