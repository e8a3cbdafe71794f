import { parseArgs } from "node:util";
import type { Backends } from "#local/config.ts";
import { SEATS } from "../support/hall.ts";
import { SEATS_AN_ORDER } from "./orders.ts";
import { type PartName, partsOn } from "./plan.ts";

export const USAGE = `Usage: npm run chaos [-- --minutes 10] [--rate 20] [--seed N] [--parts NAME[,NAME]] [--lock-ttl 90] [--markdown] [--keep]
  --minutes   how long the load goes on (default 10)
  --rate      bookings a second (default 20)
  --seed      repeats the choices of an earlier run
  --parts     disturbs these alone: ${partsOn("embedded").join(", ")};
              on real servers (TICKETFLOW_BACKENDS=servers) also ${beyondEmbedded().join(", ")}
  --lock-ttl  how long a lock holds its seats, in seconds, 65 to 3600 (default 90)
  --markdown  writes the table into docs/reliability.md, or docs/backends.md for real servers
  --keep      leaves data and logs where they are, also when all is well`;

export interface Flags {
  minutes: number;
  rate: number;
  seed: number;
  parts: readonly PartName[];
  backends: Backends;
  lockTtlSeconds: number;
  markdown: boolean;
  keep: boolean;
}

/** @throws Error that says what is wrong with the arguments */
export function readFlags(args: readonly string[], random: () => number, backends: Backends): Flags {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ minutes: text, rate: text, seed: text, parts: text, "lock-ttl": text },
      markdown: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
    },
  });
  const flags = {
    minutes: numberIn("--minutes", values.minutes ?? "10", 0.5, 120),
    rate: numberIn("--rate", values.rate ?? "20", 0.1, 200),
    seed: Math.floor(numberIn("--seed", values.seed ?? String(Math.floor(random() * 1e6)), 0, 1e9)),
    parts: partsIn(values.parts, partsOn(backends)),
    backends,
    lockTtlSeconds: Math.floor(numberIn("--lock-ttl", values["lock-ttl"] ?? "90", 65, 3_600)),
    markdown: values.markdown,
    keep: values.keep,
  };
  // A few more than on average, for seats that two ask for.
  const wanted = flags.minutes * 60 * flags.rate * SEATS_AN_ORDER * 1.1;
  if (wanted > SEATS)
    throw new Error(`so many bookings want ${Math.round(wanted)} seats; there are ${SEATS}`);
  return flags;
}

function beyondEmbedded(): PartName[] {
  const embedded = partsOn("embedded");
  return partsOn("servers").filter((part) => !embedded.includes(part));
}

function numberIn(name: string, text: string, least: number, most: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Error(`${name} takes a number from ${least} to ${most}, not "${text}"`);
}

function partsIn(text: string | undefined, all: readonly PartName[]): readonly PartName[] {
  if (text === undefined) return all;
  return text.split(",").map((name) => {
    const part = all.find((one) => one === name);
    if (!part) throw new Error(`--parts takes some of ${all.join(", ")}, not "${name}"`);
    return part;
  });
}

/** The command that makes the same choices again. */
export function commandOf({ minutes, rate, seed, parts, lockTtlSeconds, backends }: Flags): string {
  const some = parts.length < partsOn(backends).length ? ` --parts ${parts.join(",")}` : "";
  const on = backends === "embedded" ? "" : `TICKETFLOW_BACKENDS=${backends} `;
  return `${on}npm run chaos -- --minutes ${minutes} --rate ${rate} --seed ${seed}${some} --lock-ttl ${lockTtlSeconds}`;
}
