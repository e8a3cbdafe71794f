import type { Seat } from "./context.ts";

/**
 * Free seats that are next to one another, in pairs. A plan lists the seats of a row from one end to the other;
 * neighbours' numbers differ by 1, or by 2 in a row that has only odd or only even ones.
 */
export function freePairs(seats: readonly Seat[]): [Seat, Seat][] {
  const rows = Map.groupBy(seats, ({ section, row }) => JSON.stringify([section, row]));
  return [...rows.values()].flatMap((row) => {
    const neighbours = row.slice(1).map((seat, n): [Seat, Seat] => [row[n]!, seat]);
    const step = neighbours.some((pair) => gap(pair) === 1) ? 1 : 2;
    return neighbours.filter((pair) => gap(pair) === step && pair.every(isFree));
  });
}

/** @param random in [0, 1): which one is taken, so that runs side by side seldom want the same seats */
export function choose<T>(candidates: readonly T[], random: () => number): T | undefined {
  return candidates[Math.floor(random() * candidates.length)];
}

/** Free to take, and not for nothing: a declined card needs something to decline. */
const isFree = ({ status, price }: Seat): boolean => status === "AVAILABLE" && price > 0;

/** NaN where a number is none: nothing is known about who sits beside whom. */
const gap = ([one, other]: [Seat, Seat]): number => Math.abs(Number(one.number) - Number(other.number));
