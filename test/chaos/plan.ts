import type { Backends } from "#local/config.ts";
import { type Random, seeded, shuffled } from "../support/random.ts";
import type { Trouble } from "./link.ts";

/** The processes that are killed and paused, by the supervisor's names. */
export const PARTS = [
  "kafka-rest",
  "postgres",
  "neon",
  "mongo",
  "redis",
  "stripe",
  "mail",
  "workers",
] as const;

/** Those beside them where the platform runs on real servers: behind the fronts, which keep their names. */
const SERVERS = ["kafka", "mongo-front", "redis-server"] as const;

export type PartName = (typeof PARTS)[number] | (typeof SERVERS)[number];

/** What can be killed on a platform with these backends. */
export const partsOn = (backends: Backends): readonly PartName[] =>
  backends === "servers" ? [...PARTS, ...SERVERS] : PARTS;

/** Whose connections are disturbed: from the Workers to a server; `workers` are Stripe's webhooks to the gateway. */
export const LINKED = [
  "kafka-rest",
  "neon",
  "mongo",
  "redis",
  "stripe",
  "mail",
  "workers",
] as const satisfies PartName[];

export type LinkName = (typeof LINKED)[number];

export type FaultKind = "kill" | "pause" | "cut" | Trouble["kind"];

interface Timed {
  /** When it begins, in ms from the beginning of the load. */
  atMs: number;
}

export type Fault = Timed &
  (
    | { kind: "kill"; target: PartName }
    | { kind: "pause"; target: PartName; forMs: number }
    | { kind: "cut"; target: LinkName }
    | { kind: "refuse" | "silence"; target: LinkName; forMs: number }
    | { kind: "delay"; target: LinkName; forMs: number; ms: number }
  );

export interface PlanOptions {
  seed: number;
  minutes: number;
  parts: readonly PartName[];
}

/** In ten minutes each process is killed so often; in a shorter run less often in proportion, and at least once. */
const KILLS_IN_TEN_MINUTES = 3;
/** Other faults are left out where the next one would come sooner than this; kills never are. */
const LEAST_SPACING_MS = 8_000;
/** What bookings take undisturbed is measured before the first fault. */
const QUIET_SHARE = 0.15;
const LONGEST_QUIET_MS = 30_000;
/** The last fault has so long to be over before the load ends: so that it meets bookings, and is healed under load. */
const LAST_BEFORE_END_MS = 10_000;
/** The Workers give an answer up after 5 s: some faults are shorter, some longer. */
const SHORTEST_MS = 1_500;
const LONGEST_MS = 8_000;
const DELAYS_MS = [20, 100, 400] as const;

/** How long nothing is disturbed at the beginning. */
export const quietMs = (minutes: number): number =>
  Math.round(Math.min(LONGEST_QUIET_MS, minutes * 60_000 * QUIET_SHARE));

/**
 * What goes wrong and when: every part is killed in turn, in rounds; pauses and disturbed connections in between. Each
 * fault begins at a time of its own. The same options give the same plan.
 */
export function planFaults({ seed, minutes, parts }: PlanOptions): Fault[] {
  const random = seeded(seed);
  const firstMs = quietMs(minutes);
  const windowMs = Math.max(0, minutes * 60_000 - LAST_BEFORE_END_MS - firstMs);
  const rounds = Math.max(1, Math.ceil((KILLS_IN_TEN_MINUTES * minutes) / 10));
  const kills = Array.from({ length: rounds }, () => shuffled(parts, random)).flat();
  const room = Math.max(0, Math.floor(windowMs / LEAST_SPACING_MS) - kills.length);
  const others = otherFaults(parts, random).slice(0, room);
  const faults = spreadOver(
    kills.map((target): Fault => ({ kind: "kill", target, atMs: 0 })),
    others,
  );
  const spacingMs = windowMs / faults.length;
  // Anywhere in the first half of its slot.
  return faults.map((fault, n) => ({
    ...fault,
    atMs: Math.round(firstMs + spacingMs * (n + random() / 2)),
  }));
}

function otherFaults(parts: readonly PartName[], random: Random): Fault[] {
  const forMs = () => Math.round(SHORTEST_MS + random() * (LONGEST_MS - SHORTEST_MS));
  const links = LINKED.filter((link) => parts.includes(link));
  return shuffled(
    [
      ...parts.map((target): Fault => ({ kind: "pause", target, atMs: 0, forMs: forMs() })),
      ...links.flatMap((target): Fault[] => [
        { kind: "cut", target, atMs: 0 },
        { kind: "refuse", target, atMs: 0, forMs: forMs() },
        { kind: "silence", target, atMs: 0, forMs: forMs() },
        { kind: "delay", target, atMs: 0, forMs: forMs(), ms: shuffled(DELAYS_MS, random)[0]! },
      ]),
    ],
    random,
  );
}

/** The few among the many, evenly, each list in its own order. */
function spreadOver<T>(some: readonly T[], others: readonly T[]): T[] {
  const placed = (list: readonly T[]) => list.map((item, n) => ({ item, place: (n + 0.5) / list.length }));
  return [...placed(some), ...placed(others)].sort((a, b) => a.place - b.place).map(({ item }) => item);
}

export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case "kill":
      return `kill -9 ${fault.target}`;
    case "pause":
      return `${fault.target} stands still for ${seconds(fault.forMs)}`;
    case "cut":
      return `connections to ${fault.target} cut`;
    case "refuse":
      return `connections to ${fault.target} refused for ${seconds(fault.forMs)}`;
    case "silence":
      return `connections to ${fault.target} silent for ${seconds(fault.forMs)}`;
    case "delay":
      return `connections to ${fault.target} slow by ${fault.ms} ms for ${seconds(fault.forMs)}`;
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
