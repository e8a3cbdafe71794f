import { setTimeout as delay } from "node:timers/promises";
import { platformParts } from "#local/parts/platform.ts";
import type { KillablePlatform } from "../support/killable-platform.ts";
import type { Links } from "./links.ts";
import type { Fault, PartName } from "./plan.ts";

/** A fault that was made, with when it began and when what it broke was there again, epoch ms. */
export interface Struck {
  fault: Fault;
  startedAt: number;
  healedAt: number;
}

/** A supervisor's longest pause, and a start of the Workers on a machine that is busy. */
const RESTART_LIMIT_MS = 90_000;
const PROBE_LIMIT_MS = 2_000;
const POLL_MS = 50;

/** What faults are made on. */
export interface Target {
  platform: KillablePlatform;
  links: Links;
}

/** Makes a fault, and resolves when it is over: a killed part answers again, a pause or a disturbance has ended. */
export async function strike({ platform, links }: Target, fault: Fault): Promise<Struck> {
  const startedAt = Date.now();
  if (fault.kind === "kill") await kill(platform, fault.target);
  else if (fault.kind === "pause") await pause(platform, fault.target, fault.forMs);
  else {
    const link = links.get(fault.target);
    if (!link) throw new Error(`there is no link to ${fault.target}`);
    if (fault.kind === "cut") link.cut();
    else {
      link.trouble(fault.kind === "delay" ? { kind: "delay", ms: fault.ms } : { kind: fault.kind });
      await delay(fault.forMs);
      await link.heal();
    }
  }
  return { fault, startedAt, healedAt: Date.now() };
}

async function kill(platform: KillablePlatform, name: PartName): Promise<void> {
  const before = platform.pidOf(name);
  platform.killPart(name);
  const part = platformParts(platform.config).find((one) => one.name === name)!;
  const giveUpAt = performance.now() + RESTART_LIMIT_MS;
  while (performance.now() < giveUpAt) {
    const pid = platform.pidOf(name);
    const isNew = pid !== undefined && pid !== before;
    if (isNew && (await answers((signal) => part.ready(signal)))) return;
    await delay(POLL_MS);
  }
  throw new Error(`${name} was not there again within ${RESTART_LIMIT_MS / 1000} s`);
}

const answers = (probe: (signal: AbortSignal) => Promise<void>): Promise<boolean> =>
  probe(AbortSignal.timeout(PROBE_LIMIT_MS)).then(
    () => true,
    () => false,
  );

async function pause(platform: KillablePlatform, name: PartName, forMs: number): Promise<void> {
  platform.pausePart(name);
  try {
    await delay(forMs);
  } finally {
    platform.resumePart(name);
  }
}
