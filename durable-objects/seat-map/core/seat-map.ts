import type {
  ExtendFailure,
  OpenResult,
  OwnerKind,
  SeatCommand,
  SeatGeometry,
  SeatPlan,
  SeatResult,
} from "../rpc.ts";
import { confirmResult, extendResult, lockResult, refusalResult, releaseResult } from "./answer.ts";
import { type BuyerLimits, NO_LIMITS } from "./buyer-limits.ts";
import { ChangeFeed } from "./change-feed.ts";
import { type Decision, isLapsed, isOwner, type Step } from "./decision.ts";
import type { Entry, EntryBody } from "./entry.ts";
import { judgeLock } from "./judge-lock.ts";
import { extend, layOut, type Opened } from "./layout.ts";
import { MAX_DECISIONS, MAX_HOLDS } from "./limits.ts";
import { planDigest, planProblem } from "./plan.ts";
import { SeatFinder } from "./seat-finder.ts";
import type { SeatMapState } from "./state.ts";
import { commandProblem } from "./validate.ts";

type Of<T extends SeatCommand["type"]> = Extract<SeatCommand, { type: T }>;

/** A result; `repeats` names the answer that was given before, where the command made no new entry. */
export interface Judgement {
  result: SeatResult;
  repeats?: { decision: Decision; step: Step };
}

const NOT_OWNER: Judgement = { result: { outcome: "NOT_OWNER" } };

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
  /** Which places the entries of this epoch have changed. */
  readonly changes: ChangeFeed;
  readonly #lockTtlMs: number;
  readonly #limits: BuyerLimits;
  #unwritten: Entry[] = [];
  #finder: SeatFinder | undefined;
  /** Made once, and not with each lock. */
  readonly #expireAt = (index: number, at: number) => this.#expire(this.state.decisions.at(index), at);

  constructor(state: SeatMapState, options: SeatMapOptions) {
    this.state = state;
    this.epoch = options.epoch;
    this.changes = new ChangeFeed(state.seq);
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
    const entries = this.#unwritten;
    this.#unwritten = [];
    return entries;
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
    this.#record({ kind: "OPENED", planVersion: plan.planVersion, digest: newDigest, places }, at);
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
    if (blocked.length + unblocked.length > 0) this.#record({ kind: "BLOCKED", blocked, unblocked }, at);
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
    if (!this.state.closed) this.#record({ kind: "CLOSED" }, at);
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
      case "extend":
        return this.#extend(command, decision!, at, opened);
      case "lock":
        return this.#lock(command, decision, at, opened);
      case "confirm":
        return this.#confirm(command, decision, at, opened);
      case "release":
        return this.#release(command, decision, at, opened);
    }
  }

  /** Ends at most `limit` locks that have run out; true when more of them wait. */
  expire(at: number, limit: number): boolean {
    for (let ended = 0; ; ended++) {
      const next = this.state.nextToExpire();
      if (!next || !isLapsed(next, at)) return false;
      if (ended === limit) return true;
      this.#expire(next, at);
    }
  }

  #isFull(kind: OwnerKind): boolean {
    const { decisions, holds } = this.state;
    return decisions.length >= MAX_DECISIONS || (kind === "hold" && holds >= MAX_HOLDS);
  }

  #lock(command: Of<"lock">, known: Decision | undefined, at: number, opened: Opened): Judgement {
    if (known?.lock) return { result: lockResult(known, opened), repeats: { decision: known, step: "lock" } };
    const { state } = this;
    const finder = this.#finder?.opened === opened ? this.#finder : undefined;
    if (command.bestAvailable && !finder) return { result: { outcome: "NO_GEOMETRY" } };
    const limits = this.#limits;
    const lockTtlMs = this.#lockTtlMs;
    const expire = this.#expireAt;
    const { entry, takes } = known
      ? { entry: refuseAfterRelease(command, opened) }
      : judgeLock(command, { at, lockTtlMs, limits, state, opened, expire, finder });
    // A hold that is refused is not kept: nobody but its buyer waits for the answer, and tries again with another.
    if (entry.kind === "REFUSED" && command.owner.kind === "hold")
      return { result: refusalResult(entry, opened) };
    if (takes) this.#free(takes, "BOOKED", at);
    const decision = this.#record(entry, at)!;
    if (entry.kind !== "LOCKED" || entry.places.length !== command.seatIds.length) {
      return { result: lockResult(decision, opened) };
    }
    // The places given are those named, in their order.
    return { result: { outcome: "LOCKED", seatIds: command.seatIds, lockExpiresAt: entry.expiresAt } };
  }

  #extend(command: Of<"extend">, known: Decision, at: number, opened: Opened): Judgement {
    if (isLapsed(known, at)) this.#expire(known, at);
    const { status, places } = known;
    const failed = (reason: ExtendFailure): Judgement => ({ result: { outcome: "EXTEND_FAILED", reason } });
    if (status === "EXPIRED" || status === "RELEASED") return failed(status);
    if (status !== "LOCKED") return failed("UNKNOWN");
    if (known.extension) return failed("EXTENDED");
    const expiresAt = at + this.#lockTtlMs;
    this.#record({ kind: "EXTENDED", ...ownedBy(command, known), places, expiresAt }, at);
    return { result: extendResult(known, opened) };
  }

  #confirm(command: Of<"confirm">, known: Decision | undefined, at: number, opened: Opened): Judgement {
    if (known && !this.#mayName(command, known, opened)) return NOT_OWNER;
    if (known && isLapsed(known, at)) this.#expire(known, at);
    const places = known?.places ?? [];
    if (known?.status === "LOCKED") {
      if (!opened.places.heldBy(places, known.index)) return NOT_OWNER;
      this.#record({ kind: "RESERVED", ...ownedBy(command, known), places }, at);
    } else if (known?.status === "RESERVED") {
      return { result: confirmResult(known, opened), repeats: { decision: known, step: "reserve" } };
    } else if (known?.confirmRefusal) {
      return { result: confirmResult(known, opened), repeats: { decision: known, step: "confirmRefusal" } };
    } else {
      const status = known?.status;
      const reason = status === "EXPIRED" || status === "RELEASED" ? status : "UNKNOWN";
      this.#record({ kind: "CONFIRM_REFUSED", ...ownedBy(command, known), places, reason }, at);
    }
    return { result: confirmResult(this.#decisionOf(command), opened) };
  }

  #release(command: Of<"release">, known: Decision | undefined, at: number, opened: Opened): Judgement {
    if (known && !this.#mayName(command, known, opened)) return NOT_OWNER;
    if (known?.release) {
      return { result: releaseResult(known, opened), repeats: { decision: known, step: "release" } };
    }
    if (known && isLapsed(known, at)) {
      this.#expire(known, at);
      return { result: releaseResult(known, opened) };
    }
    const holds = known?.status === "LOCKED" || known?.status === "RESERVED";
    const places = holds ? known.places : [];
    if (holds && !opened.places.heldBy(places, known.index)) return NOT_OWNER;
    const cause = holds ? "RELEASED" : "NOTHING_HELD";
    const { reason } = command;
    this.#record({ kind: "RELEASED", ...ownedBy(command, known), places, cause, reason }, at);
    return { result: releaseResult(this.#decisionOf(command), opened) };
  }

  /** Where a decision was given places, a command may name only those. One that never held any frees none. */
  #mayName({ seatIds = [] }: Of<"confirm" | "release">, { places }: Decision, { index }: Opened): boolean {
    if (places.length === 0 || seatIds.length === 0) return true;
    const given = index.ids(places);
    return seatIds.every((id) => given.includes(id));
  }

  #decisionOf(command: SeatCommand): Decision {
    return this.state.decision(command.owner.id)!;
  }

  /** Ends a lock or a reservation that is there. */
  #free({ kind: ownerKind, id: ownerId, userId, places }: Decision, reason: string, at: number): void {
    this.#record({ kind: "RELEASED", ownerKind, ownerId, userId, places, cause: "RELEASED", reason }, at);
  }

  #expire(decision: Decision, at: number): void {
    const { kind: ownerKind, id: ownerId, userId, places } = decision;
    this.#record({ kind: "EXPIRED", ownerKind, ownerId, userId, places }, at);
  }

  /** The decision that the entry belongs to, if it does to one. */
  #record(body: EntryBody, at: number): Decision | undefined {
    const entry: Entry = { ...body, seq: this.state.seq + 1, at };
    const decision = this.state.evolve(entry, this.epoch);
    this.changes.note(entry);
    if (entry.kind === "BLOCKED") this.#finder?.freed(entry.unblocked);
    else if (entry.kind === "RELEASED" || entry.kind === "EXPIRED") this.#finder?.freed(entry.places);
    this.#unwritten.push(entry);
    return decision;
  }
}

/** The owner was released, or asked to confirm, before this lock came: nobody would ever free its places. */
function refuseAfterRelease(command: Of<"lock">, { index }: Opened): EntryBody {
  const places = command.seatIds.map((seatId) => index.seat(seatId)).filter((place) => place >= 0);
  return { kind: "REFUSED", ...ownedBy(command), places, reason: "RELEASED", unavailable: [], unknown: [] };
}

function ownedBy({ owner }: SeatCommand, known?: Decision) {
  return { ownerKind: owner.kind, ownerId: owner.id, userId: known?.userId || owner.userId || "" };
}
