import { decodeEntries, type Entry } from "#durable-objects/seat-map/core/entry.ts";
import type { Commit } from "#durable-objects/seat-map/storage/storage.ts";

/** What one owner was given, by the log's own words. */
interface Held {
  places: readonly number[];
  status: "LOCKED" | "RESERVED";
  expiresAt: number;
  isExtended?: boolean;
}

/**
 * Reads a SeatMap's log as an outsider, entry by entry, and holds it to what a seat map may do: it shares nothing with the
 * map's own reading of its log but the format.
 */
export class SeatLedger {
  readonly #holders = new Map<number, string>();
  readonly held = new Map<string, Held>();
  readonly #locked = new Set<string>();
  readonly #released = new Set<string>();
  readonly violations: string[] = [];

  take({ rows }: Commit): void {
    for (const row of rows) for (const entry of decodeEntries(row.entries, row.firstSeq)) this.#read(entry);
  }

  /** The places that an owner has for good, or nothing. */
  reserved(ownerId: string): readonly number[] | null {
    const held = this.held.get(ownerId);
    return held?.status === "RESERVED" ? held.places : null;
  }

  #read(entry: Entry): void {
    if (!("ownerId" in entry)) return;
    const { kind, ownerId, places, at } = entry;
    const held = this.held.get(ownerId);
    const wrong = (what: string) =>
      this.violations.push(`entry ${entry.seq}, ${kind} of ${ownerId}: ${what}`);
    switch (kind) {
      case "LOCKED":
        if (this.#locked.has(ownerId)) wrong("it locks a second time");
        if (this.#released.has(ownerId)) wrong("it was released before");
        for (const place of places) {
          const holder = this.#holders.get(place);
          if (holder !== undefined) wrong(`place ${place} is ${holder}'s`);
          this.#holders.set(place, ownerId);
        }
        this.#locked.add(ownerId);
        this.held.set(ownerId, { places, status: "LOCKED", expiresAt: entry.expiresAt });
        break;
      case "EXTENDED":
        if (entry.ownerKind !== "hold") wrong("it is no hold");
        if (held?.status !== "LOCKED") wrong("it holds nothing that is locked");
        else if (at >= held.expiresAt) wrong("its lock had run out");
        else if (held.isExtended) wrong("it was extended before");
        if (held) this.held.set(ownerId, { ...held, expiresAt: entry.expiresAt, isExtended: true });
        break;
      case "RESERVED":
        if (entry.ownerKind === "hold") wrong("a hold is not reserved");
        if (held?.status !== "LOCKED") wrong(`it holds nothing that is locked`);
        else if (at >= held.expiresAt) wrong("its lock had run out");
        if (held) this.held.set(ownerId, { ...held, status: "RESERVED" });
        break;
      case "EXPIRED":
        if (held?.status !== "LOCKED") wrong("it holds nothing that is locked");
        else if (at < held.expiresAt) wrong("its lock had not run out");
        this.#free(ownerId, wrong);
        break;
      case "RELEASED":
        this.#released.add(ownerId);
        if (entry.cause === "RELEASED") this.#free(ownerId, wrong);
        else if (held) wrong("it holds places, and nothing was freed");
        break;
    }
  }

  #free(ownerId: string, wrong: (what: string) => void): void {
    for (const place of this.held.get(ownerId)?.places ?? []) {
      if (this.#holders.get(place) !== ownerId)
        wrong(`place ${place} is ${this.#holders.get(place) ?? "nobody"}'s`);
      else this.#holders.delete(place);
    }
    this.held.delete(ownerId);
  }
}
