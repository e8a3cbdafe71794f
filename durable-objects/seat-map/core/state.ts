import type { DecisionStatus } from "../rpc.ts";
import { BuyerCounts } from "./buyer-counts.ts";
import type { Decision } from "./decision.ts";
import { type DecisionBlock, DecisionList } from "./decision-list.ts";
import type { DecisionEntry, Entry } from "./entry.ts";
import { ExpiryQueue } from "./expiry-queue.ts";
import type { Opened } from "./layout.ts";
import type { PlaceTable } from "./place-table.ts";

/**
 * Everything a SeatMap knows. `evolve` is the only way in which it changes after a wake, so that replaying
 * the entries gives the same state again. It decides nothing: an entry is a fact.
 */
export class SeatMapState {
  opened: Opened | undefined;
  planVersion = 0;
  planDigest = "";
  closed = false;
  /** Of the last entry; 0 before the first. */
  seq = 0;
  /** The latest moment of any entry; the map's clock never shows an earlier one. */
  clock = 0;
  readonly decisions = new DecisionList();
  /** How many of the decisions are holds'. */
  holds = 0;
  readonly buyers = new BuyerCounts();
  readonly #expiries = new ExpiryQueue();

  decision(ownerId: string): Decision | undefined {
    return this.decisions.of(ownerId);
  }

  /** The entry that made the first decision; from there on a position means the same for good. */
  get decidedSeq(): number {
    const [first] = this.decisions.slice(0, 1);
    const stamps = [first?.lock, first?.reserve, first?.confirmRefusal, first?.release];
    return Math.min(...stamps.map((stamp) => stamp?.seq ?? Number.POSITIVE_INFINITY));
  }

  /** The decision whose lock ends first. */
  nextToExpire(): Decision | undefined {
    for (let next = this.#expiries.peek(); next; next = this.#expiries.peek()) {
      const decision = this.decisions.at(next.decision);
      if (decision.status === "LOCKED" && decision.expiresAt === next.expiresAt) return decision;
      this.#expiries.pop();
    }
    return undefined;
  }

  /** The decision that the entry belongs to, as it is then; undefined where it belongs to none. */
  evolve(entry: Entry, epoch: number): Decision | undefined {
    if (entry.seq !== this.seq + 1) throw new Error(`entry ${entry.seq} cannot follow entry ${this.seq}`);
    this.seq = entry.seq;
    this.clock = Math.max(this.clock, entry.at);
    if (entry.kind === "OPENED") {
      this.planVersion = entry.planVersion;
      this.planDigest = entry.digest;
      // Until there are decisions a plan begins anew, and what it blocks follows it.
      if (this.decisions.length === 0) this.#block(this.opened?.places.blockedPlaces() ?? [], false);
    } else if (entry.kind === "BLOCKED") {
      this.#block(entry.blocked, true);
      this.#block(entry.unblocked, false);
    } else if (entry.kind === "CLOSED") {
      this.closed = true;
    } else {
      return this.#decide(entry, { seq: entry.seq, epoch, at: entry.at });
    }
    return undefined;
  }

  /** Takes a decision as a snapshot kept it, with its hold on places. Decisions come in their order. */
  restore(decision: Decision): void {
    this.#add(decision);
    const { status, userId, places, expiresAt } = decision;
    if (isHolding(status)) this.#hold(decision.index, status, userId, places, expiresAt);
  }

  /** Takes the next block of decisions as a snapshot kept it. @throws Error where it is damaged */
  restoreBlock(block: DecisionBlock, digest: string | undefined, total: number): void {
    const first = this.decisions.length;
    const packed = this.decisions.restore(block, digest, total);
    for (let n = 0; n < packed.length; n++) {
      if (packed.kind(n) === "hold") this.holds += 1;
      const status = packed.status(n);
      if (isHolding(status))
        this.#hold(first + n, status, packed.userId(n), packed.places(n), packed.expiresAt(n));
    }
  }

  #hold(
    index: number,
    status: "LOCKED" | "RESERVED",
    userId: string,
    places: readonly number[] | Uint32Array,
    expiresAt: number,
  ): void {
    this.buyers.restore(userId, places.length, status === "RESERVED");
    for (const place of places) this.#places.lock(place, index);
    if (status === "LOCKED") this.#expiries.push(expiresAt, index);
    else for (const place of places) this.#places.reserve(place, index);
  }

  /** As a snapshot kept them, after its decisions. */
  restoreBlocked(places: readonly number[]): void {
    this.#block(places, true);
  }

  /** An earlier plan without decisions may have been larger: what it blocked there means nothing now. */
  #block(places: readonly number[], isBlocked: boolean): void {
    const table = this.opened?.places;
    for (const place of places) if (table && place < table.state.length) table.setBlocked(place, isBlocked);
  }

  get #places(): PlaceTable {
    if (!this.opened) throw new Error("a map without a plan has no places");
    return this.opened.places;
  }

  #decide(entry: DecisionEntry, stamp: { seq: number; epoch: number; at: number }): Decision {
    const decision = this.decisions.of(entry.ownerId) ?? this.#create(entry);
    this.decisions.change(decision);
    switch (entry.kind) {
      case "LOCKED":
        decision.status = "LOCKED";
        decision.places = entry.places;
        decision.expiresAt = entry.expiresAt;
        decision.lock = stamp;
        this.buyers.lock(decision.userId, entry.places.length);
        for (const place of entry.places) this.#places.lock(place, decision.index);
        this.#expiries.push(entry.expiresAt, decision.index);
        break;
      case "EXTENDED":
        decision.expiresAt = entry.expiresAt;
        decision.extension = stamp;
        this.#expiries.push(entry.expiresAt, decision.index);
        break;
      case "REFUSED": {
        const { reason, places: requested, unavailable, unknown } = entry;
        if (reason !== "RELEASED") decision.status = "REFUSED";
        decision.userId ||= entry.userId;
        decision.refusal = { reason, requested, unavailable, unknown };
        decision.lock = stamp;
        break;
      }
      case "RESERVED":
        decision.status = "RESERVED";
        decision.reserve = stamp;
        this.buyers.reserve(decision.userId, decision.places.length);
        for (const place of decision.places) this.#places.reserve(place, decision.index);
        break;
      case "CONFIRM_REFUSED":
        decision.confirmRefusal = { ...stamp, reason: entry.reason };
        break;
      case "RELEASED":
        decision.release = { ...stamp, cause: entry.cause };
        if (entry.cause === "RELEASED") this.#free(decision, "RELEASED");
        break;
      case "EXPIRED":
        decision.release = { ...stamp, cause: "EXPIRED" };
        this.#free(decision, "EXPIRED");
        break;
    }
    return decision;
  }

  /** A new decision is a tombstone until its entry says otherwise. */
  #create({ ownerKind, ownerId, userId }: DecisionEntry): Decision {
    const decision: Decision = {
      index: this.decisions.length,
      kind: ownerKind,
      id: ownerId,
      userId,
      status: "RELEASED",
      places: [],
      expiresAt: 0,
    };
    this.#add(decision);
    return decision;
  }

  #add(decision: Decision): void {
    this.decisions.push(decision);
    if (decision.kind === "hold") this.holds += 1;
  }

  #free(decision: Decision, status: "RELEASED" | "EXPIRED"): void {
    this.buyers.free(decision.userId, decision.places.length, decision.status === "RESERVED");
    decision.status = status;
    for (const place of decision.places) this.#places.free(place, decision.index);
  }
}

const isHolding = (status: DecisionStatus): status is "LOCKED" | "RESERVED" =>
  status === "LOCKED" || status === "RESERVED";
