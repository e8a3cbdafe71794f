import type { BuyerLimits } from "../core/buyer-limits.ts";
import type { OwnerKind, RefusalReason, ReleaseCause, SeatCommand, SeatPlan, SeatResult } from "../rpc.ts";

interface ModelOwner {
  kind: OwnerKind;
  userId: string;
  status: "LOCKED" | "REFUSED" | "RESERVED" | "RELEASED";
  given: string[];
  expiresAt: number;
  isExtended?: boolean;
  firstAnswer?: SeatResult;
  confirmFailed?: SeatResult;
  released?: SeatResult;
}

type Lock = Extract<SeatCommand, { type: "lock" }>;

/**
 * What a SeatMap should do, in the plainest way: no indices, no queue, no log. Each question is answered by
 * looking at every owner. An expiry is not an event here, but a comparison with the clock.
 */
export class Model {
  #plan: SeatPlan;
  /** Every place that there ever was, in the order in which it came. */
  #placeIds: string[];
  readonly #ttlMs: number;
  readonly #limits: BuyerLimits;
  readonly owners = new Map<string, ModelOwner>();
  closed = false;
  clock = 0;

  constructor(plan: SeatPlan, ttlMs: number, limits: BuyerLimits) {
    this.#plan = plan;
    this.#limits = limits;
    this.#ttlMs = ttlMs;
    this.#placeIds = this.#placesOf(plan);
  }

  /** Another plan: any while nothing is decided, then only one that has all that there was. */
  replan(plan: SeatPlan): boolean {
    const places = this.#placesOf(plan);
    if (this.owners.size === 0) this.#placeIds = places;
    else if (!this.#placeIds.every((id) => places.includes(id))) return false;
    else this.#placeIds.push(...places.filter((id) => !this.#placeIds.includes(id)));
    this.#plan = plan;
    return true;
  }

  status(owner: ModelOwner): ModelOwner["status"] | "EXPIRED" {
    return owner.status === "LOCKED" && this.clock >= owner.expiresAt ? "EXPIRED" : owner.status;
  }

  /** Everyone who has the place now; more than one would be an oversale. */
  holders(placeId: string): string[] {
    const holding = [...this.owners].filter(([, owner]) => {
      const status = this.status(owner);
      return (status === "LOCKED" || status === "RESERVED") && owner.given.includes(placeId);
    });
    return holding.map(([id]) => id);
  }

  placeIds(): string[] {
    return this.#placeIds;
  }

  #placesOf({ seatIds, generalAdmission }: SeatPlan): string[] {
    return [...seatIds, ...generalAdmission.flatMap(({ name, capacity }) => areaIds(name, capacity))];
  }

  /** @param taken a hold whose places count as free */
  placeState(placeId: string, taken?: ModelOwner): "AVAILABLE" | "LOCKED" | "RESERVED" | "BLOCKED" {
    const [holder] = this.holders(placeId).filter((id) => this.owners.get(id) !== taken);
    if (holder === undefined) return this.#plan.blockedSeatIds?.includes(placeId) ? "BLOCKED" : "AVAILABLE";
    return this.owners.get(holder)!.status === "RESERVED" ? "RESERVED" : "LOCKED";
  }

  /** `actual` is what the map said: which places of an area it chose is taken from there, once checked. */
  do(command: SeatCommand, at: number, actual: SeatResult): SeatResult {
    this.clock = at;
    const known = this.owners.get(command.owner.id);
    if (known && known.kind !== command.owner.kind) return { outcome: "NOT_OWNER" };
    if (known?.userId && command.owner.userId && known.userId !== command.owner.userId) {
      return { outcome: "NOT_OWNER" };
    }
    if (command.type === "lock") return this.#lock(command, known, actual);
    if (command.type === "extend") return this.#extend(known);
    if (!known && command.owner.kind === "hold") return released("NOTHING_HELD", []);
    if (known?.given.length && !(command.seatIds ?? []).every((id) => known.given.includes(id))) {
      return { outcome: "NOT_OWNER" };
    }
    const owner = known ?? this.#tombstone(command);
    const status = this.status(owner);
    if (command.type === "confirm") {
      if (status === "LOCKED") owner.status = "RESERVED";
      if (owner.status === "RESERVED") return { outcome: "RESERVED", seatIds: owner.given };
      const unknown = !known || status === "REFUSED" || status === "LOCKED";
      const reason = unknown ? "UNKNOWN" : status;
      owner.confirmFailed ??= { outcome: "CONFIRM_FAILED", reason: reason as "EXPIRED" | "RELEASED" };
      return owner.confirmFailed;
    }
    if (status === "LOCKED" || status === "RESERVED") {
      owner.status = "RELEASED";
      owner.released = released("RELEASED", owner.given);
    }
    owner.released ??= status === "EXPIRED" ? released("EXPIRED", owner.given) : released("NOTHING_HELD", []);
    return owner.released;
  }

  #lock(command: Lock, known: ModelOwner | undefined, actual: SeatResult): SeatResult {
    if (known?.firstAnswer) return known.firstAnswer;
    const { kind, userId } = command.owner;
    const taken = this.#holdOf(command);
    const refusal = known ? refused("RELEASED", []) : this.#refusal(command, taken);
    if (refusal && kind === "hold") return refusal;
    const owner = known ?? { kind, userId, status: "REFUSED", given: [], expiresAt: 0 };
    owner.userId ||= userId;
    if (taken && !refusal)
      Object.assign(taken, { status: "RELEASED", released: released("RELEASED", taken.given) });
    owner.firstAnswer = refusal ?? this.#grant(command, owner, actual, taken);
    this.owners.set(command.owner.id, owner);
    return owner.firstAnswer;
  }

  #extend(known: ModelOwner | undefined): SeatResult {
    const status = known ? this.status(known) : "REFUSED";
    if (!known || status === "REFUSED") return { outcome: "EXTEND_FAILED", reason: "UNKNOWN" };
    if (status === "EXPIRED" || status === "RELEASED") return { outcome: "EXTEND_FAILED", reason: status };
    if (known.isExtended) return { outcome: "EXTEND_FAILED", reason: "EXTENDED" };
    const lockExpiresAt = this.clock + this.#ttlMs;
    const places = { seatIds: known.given, lockExpiresAt };
    const firstAnswer: SeatResult = { outcome: "LOCKED", ...places };
    Object.assign(known, { isExtended: true, expiresAt: lockExpiresAt, firstAnswer });
    return { outcome: "EXTENDED", ...places };
  }

  /** The hold that a lock names, if it is its user's and holds. */
  #holdOf({ owner, holdId = "" }: Lock): ModelOwner | undefined {
    const hold = this.owners.get(holdId);
    const isTheirs = hold?.kind === "hold" && hold.userId === owner.userId;
    return isTheirs && this.status(hold) === "LOCKED" ? hold : undefined;
  }

  /** How many places a user has, of all owners in one of the statuses. */
  #placesOfUser(userId: string, statuses: string[]): number {
    const theirs = [...this.owners.values()].filter(
      (owner) => owner.userId === userId && statuses.includes(this.status(owner)),
    );
    return theirs.reduce((sum, { given }) => sum + given.length, 0);
  }

  #refusal(command: Lock, taken: ModelOwner | undefined): SeatResult | undefined {
    const { owner, seatIds, generalAdmission } = command;
    const noArea = generalAdmission.filter(({ name }) => this.#areaIds(name).length === 0);
    const unknown = [
      ...seatIds.filter((id) => !this.#plan.seatIds.includes(id)),
      ...noArea.map(({ name }) => `ga:${name}`),
    ];
    if (this.closed) return refused("CLOSED", unknown);
    if (unknown.length > 0) return refused("UNKNOWN_SEAT", unknown);
    const wanted = generalAdmission.reduce((sum, { quantity }) => sum + quantity, seatIds.length);
    const more = wanted - (taken?.given.length ?? 0);
    if (this.#placesOfUser(owner.userId, ["LOCKED"]) + more > this.#limits.held)
      return refused("LIMIT_REACHED", []);
    if (this.#placesOfUser(owner.userId, ["LOCKED", "RESERVED"]) + more > this.#limits.total) {
      return refused("LIMIT_REACHED", []);
    }
    const stateOf = (id: string) => this.placeState(id, taken);
    const unavailable = seatIds.filter((id) => stateOf(id) !== "AVAILABLE");
    if (unavailable.some((id) => stateOf(id) !== "BLOCKED")) return refused("SEATS_TAKEN", unavailable);
    if (unavailable.length > 0) return refused("BLOCKED", unavailable);
    const soldOut = generalAdmission.filter(
      ({ name, quantity }) => this.#freeIn(name, taken).length < quantity,
    );
    if (soldOut.length === 0) return undefined;
    return refused(
      "SOLD_OUT",
      soldOut.map(({ name }) => `ga:${name}`),
    );
  }

  #grant(
    { seatIds, generalAdmission }: Lock,
    owner: ModelOwner,
    actual: SeatResult,
    taken: ModelOwner | undefined,
  ): SeatResult {
    const chosen = actual.outcome === "LOCKED" ? actual.seatIds.slice(seatIds.length) : [];
    const acceptable = generalAdmission.every(({ name, quantity }) => {
      const free = this.#freeIn(name);
      const own = free.filter((id) => taken?.given.includes(id));
      const keeps = own.filter((id) => chosen.includes(id)).length;
      const isKept = keeps === Math.min(own.length, quantity);
      return isKept && new Set(chosen.filter((id) => free.includes(id))).size === quantity;
    });
    owner.given = acceptable ? [...seatIds, ...chosen] : ["(the map chose places it should not have)"];
    owner.status = "LOCKED";
    owner.expiresAt = this.clock + this.#ttlMs;
    return { outcome: "LOCKED", seatIds: owner.given, lockExpiresAt: owner.expiresAt };
  }

  #tombstone({ owner: { id, kind, userId = "" } }: SeatCommand): ModelOwner {
    const owner: ModelOwner = { kind, userId, status: "RELEASED", given: [], expiresAt: 0 };
    this.owners.set(id, owner);
    return owner;
  }

  #areaIds(name: string): string[] {
    const capacity = this.#plan.generalAdmission.find((area) => area.name === name)?.capacity ?? 0;
    return areaIds(name, capacity);
  }

  #freeIn(name: string, taken?: ModelOwner): string[] {
    return this.#areaIds(name).filter((id) => this.placeState(id, taken) === "AVAILABLE");
  }
}

function areaIds(name: string, capacity: number): string[] {
  return Array.from({ length: capacity }, (_, n) => `ga:${name}:${n + 1}`);
}

function refused(reason: RefusalReason, unavailableSeatIds: string[]): SeatResult {
  return { outcome: "REFUSED", reason, unavailableSeatIds };
}

function released(cause: ReleaseCause, seatIds: string[]): SeatResult {
  return { outcome: "RELEASED", cause, seatIds };
}
