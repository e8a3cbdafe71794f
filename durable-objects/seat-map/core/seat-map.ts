import type { OpenResult, OwnerKind, SeatCommand, SeatGeometry, SeatPlan } from "../rpc.ts";
import { lockResult, refusalResult } from "./answer.ts";
import { Book } from "./book.ts";
import { type BuyerLimits, NO_LIMITS } from "./buyer-limits.ts";
import type { ChangeFeed } from "./change-feed.ts";
import { type Decision, isLapsed, isOwner } from "./decision.ts";
import type { Entry, EntryBody } from "./entry.ts";
import { judgeConfirm, judgeExtend, judgeRelease } from "./judge-known.ts";
import { judgeLock } from "./judge-lock.ts";
import { type Judgement, NOT_OWNER, type Of, ownedBy } from "./judgement.ts";
import { extend, layOut, type Opened } from "./layout.ts";
import { MAX_DECISIONS, MAX_HOLDS } from "./limits.ts";
import { planDigest, planProblem } from "./plan.ts";
import { SeatFinder } from "./seat-finder.ts";
import type { SeatMapState } from "./state.ts";
import { commandProblem } from "./validate.ts";

/** A hold that nobody has: it leaves no trace, as nothing comes after it. */
const NO_HOLD = {
  extend: { result: { outcome: "EXTEND_FAILED", reason: "UNKNOWN" } },
  release: { result: { outcome: "RELEASED", cause: "NOTHING_HELD", seatIds: [] } },
} satisfies Record<string, Judgement>;

export interface SeatMapOptions {
  epoch: number;
  lockTtlMs: number;
  /** Of each buyer; none, if left out. */
  buyerLimits?: BuyerLimits | undefined;
}

/**
 * Judges commands. Each one changes the state at once, by entries, which wait in `takeEntries` for the log.
 * Nothing it says may leave the process before those entries are durable.
 */
export class SeatMap {
  readonly state: SeatMapState;
  readonly epoch: number;
  readonly #book: Book;
  readonly #lockTtlMs: number;
  readonly #limits: BuyerLimits;
  #finder: SeatFinder | undefined;

  constructor(state: SeatMapState, options: SeatMapOptions) {
    this.state = state;
    this.epoch = options.epoch;
    this.#book = new Book(state, options.epoch, (places) => this.#finder?.freed(places));
    this.#lockTtlMs = options.lockTtlMs;
    this.#limits = options.buyerLimits ?? NO_LIMITS;
  }

  /** The map's own time for a reading of the clock: never earlier than what it has seen. */
  observe(reading: number): number {
    this.state.clock = Math.max(this.state.clock, reading);
    return this.state.clock;
  }

  /** The entries since the last call, in order. */
  takeEntries(): Entry[] {
    return this.#book.take();
  }

  /** Which places the entries of this epoch have changed. */
  get changes(): ChangeFeed {
    return this.#book.changes;
  }

  /**
   * Opens the map, or changes its plan: freely before the first decision; after it the plan may only gain places
   * and block seats. A seat that is held when it is blocked stays its holder's.
   */
  open(plan: SeatPlan, at: number): OpenResult {
    const problem = planProblem(plan);
    if (problem) return { outcome: "INVALID_PLAN", problem };
    const { planVersion, planDigest: digest } = this.state;
    const newDigest = planDigest(plan);
    const same = digest === newDigest;
    if (plan.planVersion < planVersion) return { outcome: "OPEN", planVersion };
    if (plan.planVersion === planVersion) return { outcome: same ? "OPEN" : "PLAN_CONFLICT", planVersion };
    const opened = this.#laidOut(plan, same);
    if (!opened) return { outcome: "PLAN_CONFLICT", planVersion };
    this.state.opened = opened;
    const places = opened.index.size;
    this.#book.record({ kind: "OPENED", planVersion: plan.planVersion, digest: newDigest, places }, at);
    this.#block(opened, at);
    return { outcome: "OPEN", planVersion: plan.planVersion };
  }

  #laidOut(plan: SeatPlan, same: boolean): Opened | undefined {
    const { opened, decisions } = this.state;
    if (!opened) return layOut(plan);
    if (same) return { ...opened, plan };
    return decisions.length > 0 ? extend(opened, plan) : layOut(plan);
  }

  /** Notes which seats the plan takes off sale, and which it puts on sale again. */
  #block({ plan, index, places }: Opened, at: number): void {
    const wanted = new Set(plan.blockedSeatIds?.map((id) => index.seat(id)));
    const blocked = [...wanted].filter((place) => !places.isBlocked(place));
    const unblocked = places.blockedPlaces().filter((place) => !wanted.has(place));
    if (blocked.length + unblocked.length > 0) this.#book.record({ kind: "BLOCKED", blocked, unblocked }, at);
  }

  /** How the seats lie, for who wants the best that are free; false where it is not for the plan in force. */
  learn(geometry: SeatGeometry): boolean {
    const { opened, planVersion } = this.state;
    if (geometry.planVersion !== planVersion || geometry.begins.length !== opened?.seatPlaces.length)
      return false;
    this.#finder = new SeatFinder(opened, geometry);
    return true;
  }

  close(at: number): void {
    if (!this.state.closed) this.#book.record({ kind: "CLOSED" }, at);
  }

  /** `at` comes from `observe`. */
  judge(command: SeatCommand, at: number): Judgement {
    const { opened } = this.state;
    if (!opened) return { result: { outcome: "NOT_OPEN" } };
    const problem = commandProblem(command);
    if (problem) return { result: { outcome: "INVALID", problem } };
    const { owner } = command;
    const decision = this.state.decision(owner.id);
    if (decision && !isOwner(decision, owner)) return NOT_OWNER;
    if (!decision && owner.kind === "hold" && command.type !== "lock" && command.type !== "confirm") {
      return NO_HOLD[command.type];
    }
    if (!decision && this.#isFull(owner.kind)) return { result: { outcome: "FULL" } };
    switch (command.type) {
      case "lock":
        return this.#lock(command, decision, at, opened);
      case "extend":
        return judgeExtend(command, decision!, this.#lockTtlMs, { at, opened, book: this.#book });
      case "confirm":
        return judgeConfirm(command, decision, { at, opened, book: this.#book });
      case "release":
        return judgeRelease(command, decision, { at, opened, book: this.#book });
    }
  }

  /** Ends at most `limit` locks that have run out; true when more of them wait. */
  expire(at: number, limit: number): boolean {
    for (let ended = 0; ; ended++) {
      const next = this.state.nextToExpire();
      if (!next || !isLapsed(next, at)) return false;
      if (ended === limit) return true;
      this.#book.expire(next, at);
    }
  }

  #isFull(kind: OwnerKind): boolean {
    const { decisions, holds } = this.state;
    return decisions.length >= MAX_DECISIONS || (kind === "hold" && holds >= MAX_HOLDS);
  }

  #lock(command: Of<"lock">, known: Decision | undefined, at: number, opened: Opened): Judgement {
    if (known?.lock) return { result: lockResult(known, opened), repeats: { decision: known, step: "lock" } };
    const book = this.#book;
    const finder = this.#finder?.opened === opened ? this.#finder : undefined;
    if (command.bestAvailable && !finder) return { result: { outcome: "NO_GEOMETRY" } };
    const limits = this.#limits;
    const lockTtlMs = this.#lockTtlMs;
    const { entry, takes } = known
      ? { entry: refuseAfterRelease(command, opened) }
      : judgeLock(command, { at, lockTtlMs, limits, opened, book, finder });
    // A hold that is refused is not kept: nobody but its buyer waits for the answer, and tries again with another.
    if (entry.kind === "REFUSED" && command.owner.kind === "hold")
      return { result: refusalResult(entry, opened) };
    if (takes) book.release(takes, "BOOKED", at);
    const decision = book.record(entry, at)!;
    if (entry.kind !== "LOCKED" || entry.places.length !== command.seatIds.length) {
      return { result: lockResult(decision, opened) };
    }
    // The places given are those named, in their order.
    return { result: { outcome: "LOCKED", seatIds: command.seatIds, lockExpiresAt: entry.expiresAt } };
  }
}

/** The owner was released, or asked to confirm, before this lock came: nobody would ever free its places. */
function refuseAfterRelease(command: Of<"lock">, { index }: Opened): EntryBody {
  const places = command.seatIds.map((seatId) => index.seat(seatId)).filter((place) => place >= 0);
  return { kind: "REFUSED", ...ownedBy(command), places, reason: "RELEASED", unavailable: [], unknown: [] };
}
