import type { SeatCommand } from "#durable-objects/seat-map/rpc.ts";
import type { Identity } from "#shared/auth/roles.ts";
import { Problem } from "#shared/errors/problem.ts";
import { cancelBooking } from "../../../workers/bookings/src/use-cases/cancel-booking.ts";
import {
  type BookingRequest,
  createBooking,
} from "../../../workers/bookings/src/use-cases/create-booking.ts";
import { relay } from "../../../workers/bookings/src/use-cases/relay.ts";
import { EVENT_ID } from "../events.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Process } from "../kernel/process.ts";
import type { Services } from "../services.ts";
import { tokenOf } from "../stripe.ts";
import type { BuyerPlan } from "../workload.ts";

/** A request without an answer is sent again this often. */
const MAX_TRIES = 4;

/** One buyer with a browser: books, sends again what was not answered, changes their mind. */
export class Buyer {
  readonly plan: BuyerPlan;
  readonly identity: Identity;
  /** Whose bookings were promised with a 202. */
  readonly accepted = new Set<string>();
  /** What they were let do, and should not have been. */
  readonly wrongs: string[] = [];
  hasAskedToCancel = false;
  /** The bookings API: a request's invocation, which may die under it. */
  readonly #api: Process;
  readonly #kernel: Kernel;
  readonly #services: Services;
  #steps: { at: number; act: () => Promise<unknown> }[];
  #isActing = 0;
  #hold: Promise<{ holdId?: string }> | undefined;

  constructor(plan: BuyerPlan, beginning: number, kernel: Kernel, services: Services) {
    this.plan = plan;
    this.#kernel = kernel;
    this.#services = services;
    this.#api = new Process(`bookings-api/${plan.number}`);
    const number = String(plan.number);
    this.identity = {
      userId: `usr_${number.padStart(32, "0")}`,
      // Who may see the bookings of others may not give them back.
      role: plan.triesAnothers ? "ADMIN" : "USER",
      email: `buyer-${number}@example.com`,
      name: `Buyer ${number}`,
    };
    const at = beginning + plan.at;
    const book = async () => this.#book({ ...this.#request(), ...(await this.#held()) });
    this.#steps = [{ at, act: book }];
    if (plan.again === "same") this.#steps.push({ at, act: book });
    if (plan.again === "other-body") this.#steps.push({ at: at + 1, act: () => this.#bookOther() });
    if (plan.cancelAt !== null) this.#steps.push({ at: at + plan.cancelAt, act: () => this.#cancelOwn() });
    if (plan.triesAnothers) this.#steps.push({ at: at + 1_000, act: () => this.#cancelAnothers() });
  }

  get process(): Process {
    return this.#api;
  }

  get readyAt(): number | null {
    return this.#steps.length === 0 ? null : Math.min(...this.#steps.map(({ at }) => at));
  }

  get isActing(): boolean {
    return this.#isActing > 0;
  }

  act(): void {
    const next = this.#steps.toSorted((a, b) => a.at - b.at)[0]!;
    this.#steps = this.#steps.filter((step) => step !== next);
    this.#isActing += 1;
    void next.act().finally(() => {
      this.#isActing -= 1;
    });
  }

  #request(): BookingRequest {
    const { seatIds, generalAdmission, way } = this.plan;
    const token = tokenOf(way);
    return {
      ...{ eventId: EVENT_ID, seatIds, generalAdmission },
      ...(token === null ? {} : { paymentMethod: { type: "card", token } }),
    };
  }

  /** What a booking with the hold says more than one without; nothing where there is none. Asked for once. */
  #held(): Promise<{ holdId?: string }> {
    this.#hold ??= this.#holdPlaces().catch(() => ({}));
    return this.#hold;
  }

  async #holdPlaces(): Promise<{ holdId?: string }> {
    const { hold, number, seatIds, generalAdmission } = this.plan;
    if (hold === null) return {};
    const { userId } = this.identity;
    const holdId = `hold_${String(number).padStart(32, "0")}`;
    const owner = { kind: "hold", id: holdId, userId } as const;
    const map = this.#services.inventoryDeps(this.#api).seatMapOf(EVENT_ID);
    const ask = (command: SeatCommand) => this.#api.run(() => map.apply([command]));
    const [held] = await ask({ type: "lock", owner, seatIds, generalAdmission });
    if (held!.outcome !== "LOCKED") return {};
    if (hold === "extended") await ask({ type: "extend", owner }).catch(() => {});
    if (hold === "released") {
      // The booking and its giving back are under way at once.
      void ask({ type: "release", owner, reason: "GIVEN_BACK" }).catch(() => {});
    }
    return { holdId };
  }

  /** The same key with another body: a mistake of the client's, and refused as such. */
  async #bookOther(): Promise<void> {
    const isTaken = await this.#book({ ...this.#request(), expectedTotal: 1 });
    if (isTaken) this.wrongs.push(`buyer ${this.plan.number} got a booking for another body`);
  }

  /** @returns whether it was answered with 202 */
  async #book(request: BookingRequest): Promise<boolean> {
    const key = this.plan.key ?? undefined;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const deps = this.#services.bookingsDeps(this.#api);
      try {
        const { booking, outbox } = await this.#api.run(() =>
          createBooking(deps, this.identity, request, key),
        );
        this.accepted.add(booking.id);
        this.#kernel.history.note(() => `buyer ${this.plan.number}: 202 for ${booking.id}`);
        // After the answer, by the same invocation, for as long as that lives.
        await this.#api.run(() => relay(deps, outbox)).catch(() => {});
        return true;
      } catch (error) {
        if (error instanceof Problem) return false;
        // Whether it was taken is not known: without a key it cannot be asked for again.
        if (key === undefined) return false;
      }
    }
    return false;
  }

  async #cancelOwn(): Promise<void> {
    const [id] = this.accepted;
    if (id === undefined) return;
    this.hasAskedToCancel = true;
    await this.#cancel(id);
  }

  async #cancelAnothers(): Promise<void> {
    const others = [...this.#services.bookings.tables.bookings.values()];
    const theirs = others.find(({ userId }) => userId !== this.identity.userId);
    if (!theirs) return;
    if (await this.#cancel(theirs.id)) this.wrongs.push(`buyer ${this.plan.number} cancelled ${theirs.id}`);
  }

  /** @returns whether it was cancelled */
  #cancel(id: string): Promise<boolean> {
    const deps = this.#services.bookingsDeps(this.#api);
    return this.#api
      .run(() => cancelBooking(deps, this.identity, id))
      .then(() => {
        this.#kernel.history.note(() => `buyer ${this.plan.number}: ${id} cancelled`);
        return true;
      })
      .catch(() => false);
  }
}
