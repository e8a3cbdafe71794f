import { drawIdsFrom } from "#shared/ids/id.ts";
import { Faults } from "./faults.ts";
import { Invariants } from "./invariants.ts";
import { between, Chance, happens, pick } from "./kernel/chance.ts";
import { History } from "./kernel/history.ts";
import { BEGINNING, Kernel } from "./kernel/kernel.ts";
import type { Process } from "./kernel/process.ts";
import { CELLS, type Cell, Reached } from "./matrix.ts";
import { atRest, deadLetters, pending, replayDeadLetters, unknownAtStripe } from "./rest.ts";
import { drawWorkload, type Workload } from "./workload.ts";
import { World } from "./world.ts";

export interface RunOptions {
  seed: number;
  /** Faults, by their numbers in this seed's run, that do not happen. */
  without?: ReadonlySet<number>;
  /** Buyers, by their numbers, who stay away. */
  absent?: ReadonlySet<number>;
  /** The one fault of the run, in place of drawn ones. Absent, every third seed goes through the cells of the matrix. */
  ordered?: Cell | null;
  keepsHistory?: boolean;
}

export interface RunResult {
  /** In words; empty when nothing was violated. */
  violations: string[];
  steps: number;
  history: string[];
  /** The numbers of the faults that happened. */
  faults: number[];
  reached: Reached;
  /** How long the run lasted, in its own time. */
  elapsedMs: number;
}

/** A run that is longer does not come to rest. */
const MAX_STEPS = 20_000;
/** Once nothing goes wrong any more, everything is at rest within this: an undo in vain is asked for over days. */
const MAX_HEALING_MS = 15 * 86_400_000;
/** A person has seen the dead letters by then; every booking has ended before. */
const NOTICED_AFTER_MS = 15 * 60_000;

/** Speeds of processes: some keep being overtaken. */
const SPEEDS = [1, 1, 1, 0.3, 0.03];

/** Stripe is compared a slice of time after the other, each more than an hour old. */
const WINDOW_MS = 10 * 60_000;
const MAX_WINDOWS = 40;

interface Choice {
  weight: number;
  act(): void;
}

/** One schedule, from its seed: everything in it follows from that number. */
export async function runSchedule(options: RunOptions): Promise<RunResult> {
  const run = new Run(options);
  const uninstall = run.kernel.timers.install();
  try {
    return await run.toTheEnd();
  } finally {
    uninstall();
  }
}

/** The cell of the matrix that a seed is about, or null for one that draws its faults. */
function cellOf(seed: number): Cell | null {
  return seed % 3 === 0 ? CELLS[(seed / 3) % CELLS.length]! : null;
}

class Run {
  readonly kernel: Kernel;
  /** Whether there is one fault alone, and nothing else out of the ordinary. */
  readonly #isOrdered: boolean;
  readonly #chance: Chance;
  readonly #faults: Faults;
  readonly #reached = new Reached();
  readonly #world: World;
  readonly #workload: Workload;
  readonly #invariants: Invariants;
  readonly #speeds = new Map<string, number>();
  readonly #healAt: number;
  readonly #timeRate: number;
  #organiser: { at: number; act: () => void }[];
  #steps = 0;
  #isEndSeen = false;

  constructor(options: RunOptions) {
    const { seed, without = new Set(), absent = new Set(), keepsHistory = false } = options;
    const ordered = options.ordered === undefined ? cellOf(seed) : options.ordered;
    this.#isOrdered = ordered !== null;
    this.#chance = new Chance(seed);
    drawIdsFrom(this.#chance.ids);
    this.#faults = new Faults(this.#chance, this.#reached, without, ordered, BEGINNING);
    const history = new History(keepsHistory, () => this.kernel.now - BEGINNING);
    this.kernel = new Kernel(this.#chance, history, this.#faults);
    this.#faults.now = this.kernel.clock;
    const drawn = drawWorkload(this.#chance, ordered?.topic ?? null);
    this.#workload = { ...drawn, buyers: drawn.buyers.filter(({ number }) => !absent.has(number)) };
    this.#world = new World(this.kernel, this.#faults, this.#workload);
    this.#invariants = new Invariants(this.#world, () => this.#world.ledger, this.kernel.clock);
    this.#healAt = BEGINNING + between(this.#chance.schedule, 60_000, 700_000);
    this.#timeRate = ordered ? 0 : pick([0, 0.01, 0.05, 0.2], this.#chance.schedule);
    this.#organiser = this.#plans();
  }

  async toTheEnd(): Promise<RunResult> {
    let violations = await this.#untilRest(NOTICED_AFTER_MS);
    if (violations.length === 0) violations = atRest(this.#world, { isReplayed: false });
    if (violations.length === 0 && deadLetters(this.#world) > 0) {
      // A person looks at what was set aside, and lets it be tried again.
      const replaying = replayDeadLetters(this.#world);
      violations = await this.#untilRest();
      if (violations.length === 0) {
        await replaying;
        violations = atRest(this.#world, { isReplayed: true });
      }
    }
    if (violations.length === 0) violations = await this.#reconciled();
    const { history, now } = this.kernel;
    return {
      violations,
      steps: this.#steps,
      history: history.lines,
      faults: this.#faults.happened,
      reached: this.#reached,
      elapsedMs: now - BEGINNING,
    };
  }

  /** What Stripe has and nobody knows of is found once it is compared with what is recorded here. */
  async #reconciled(): Promise<string[]> {
    const sweeper = this.#world.sweepers.find(({ process }) => process.name === "payments-sweeper")!;
    for (let windows = 0; windows < MAX_WINDOWS && unknownAtStripe(this.#world).length > 0; windows++) {
      this.kernel.now += WINDOW_MS;
      sweeper.sweep();
      const violations = await this.#untilRest();
      if (violations.length > 0) return violations;
    }
    return unknownAtStripe(this.#world);
  }

  /**
   * Lets things happen until nothing is left to, or until dead letters have waited for long enough.
   * @returns what was violated on the way
   */
  async #untilRest(noticedAfterMs = Number.POSITIVE_INFINITY): Promise<string[]> {
    const { kernel } = this;
    for (;;) {
      await kernel.settle();
      const violations = this.#invariants.check(kernel.touched);
      kernel.touched.clear();
      if (violations.length > 0) return violations;
      if (++this.#steps > MAX_STEPS) return [`it does not come to rest in ${MAX_STEPS} steps`];
      if (!this.#faults.isHealed && kernel.now >= this.#healAt) this.#heal();
      if (!this.#step()) {
        if (this.#faults.isHealed) return [];
        this.#heal();
      }
      const healingMs = kernel.now - this.#wholeFrom;
      if (healingMs > NOTICED_AFTER_MS && !this.#isEndSeen) {
        this.#isEndSeen = true;
        const late = pending(this.#world);
        if (late.length > 0) return late.map((what) => `${what} after ${NOTICED_AFTER_MS / 60_000} minutes`);
      }
      if (healingMs > noticedAfterMs && deadLetters(this.#world) > 0) return [];
      if (healingMs > MAX_HEALING_MS) return [`it is not at rest after ${MAX_HEALING_MS / 60_000} minutes`];
    }
  }

  /** From when on nothing goes wrong, and nobody asks for anything more. */
  get #wholeFrom(): number {
    const last = Math.max(0, ...this.#workload.buyers.map(({ at, cancelAt }) => at + (cancelAt ?? 0)));
    return Math.max(this.#healAt, BEGINNING + last);
  }

  #heal(): void {
    this.#faults.isHealed = true;
    this.#speeds.clear();
    this.kernel.history.note(() => "outside: everything is whole again");
  }

  /** One thing happens. @returns false when there is nothing that could */
  #step(): boolean {
    const choices = this.#choices();
    const passes = happens(this.#chance.schedule, this.#timeRate) && !this.#faults.isHealed;
    if (choices.length === 0 || passes)
      return this.#world.topics.letGo() || this.#passTime(choices.length === 0);
    const total = choices.reduce((sum, { weight }) => sum + weight, 0);
    let drawn = this.#chance.schedule() * total;
    for (const choice of choices) {
      drawn -= choice.weight;
      if (drawn < 0) {
        choice.act();
        return true;
      }
    }
    choices.at(-1)!.act();
    return true;
  }

  #choices(): Choice[] {
    const { kernel } = this;
    const { consumers, sweepers, buyers, seatMap, stripe } = this.#world;
    const { now } = kernel;
    const choices: Choice[] = [];
    for (const [index, waiting] of kernel.waiting.entries()) {
      choices.push({ weight: this.#speedOf(waiting.process), act: () => kernel.happen(index) });
    }
    for (const consumer of consumers.values()) {
      const { readyAt } = consumer;
      if (readyAt !== null && readyAt <= now)
        choices.push({ weight: this.#speedOf(consumer.process), act: () => consumer.turn() });
    }
    for (const sweeper of sweepers) {
      const { readyAt } = sweeper;
      if (readyAt !== null && readyAt <= now)
        choices.push({ weight: this.#speedOf(sweeper.process) / 2, act: () => sweeper.sweep() });
    }
    if (seatMap.alarmAt !== null && seatMap.alarmAt <= now)
      choices.push({ weight: this.#speedOf(seatMap.process), act: () => seatMap.alarm() });
    for (const buyer of buyers) {
      if (buyer.readyAt !== null && buyer.readyAt <= now) choices.push({ weight: 1, act: () => buyer.act() });
    }
    for (const plan of this.#organiser) {
      if (plan.at > now) continue;
      const act = () => {
        this.#organiser = this.#organiser.filter((other) => other !== plan);
        plan.act();
      };
      choices.push({ weight: 1, act });
    }
    if (stripe.events.length > 0) choices.push({ weight: 0.5, act: () => this.#webhook() });
    const acts = stripe.possibleActs;
    if (acts.length > 0) choices.push({ weight: 0.2, act: () => pick(acts, this.#chance.schedule).act() });
    return choices;
  }

  #webhook(): void {
    const { schedule } = this.#chance;
    const { events } = this.#world.stripe;
    const index = Math.floor(schedule() * events.length);
    const fate = this.#faults.isHealed ? 1 : schedule();
    if (fate < 0.05) events.splice(index, 1);
    else this.#world.deliverWebhook(index, fate < 0.12);
  }

  #speedOf(process: Process): number {
    const known = this.#speeds.get(process.name);
    if (known !== undefined) return known;
    const drawn = this.#faults.isHealed || this.#isOrdered ? 1 : pick(SPEEDS, this.#chance.schedule);
    this.#speeds.set(process.name, drawn);
    return drawn;
  }

  /** Time goes on: to the next thing that is due, or by some arbitrary step. @returns false when nothing is due, ever */
  #passTime(isIdle: boolean): boolean {
    const { kernel } = this;
    const due = this.#nextDue();
    if (isIdle && due === null) return false;
    const jump = isIdle ? 0 : pick([20, 500, 4_000, 30_000, 120_000], this.#chance.schedule);
    const to = isIdle
      ? due!
      : Math.min(kernel.now + jump, due === null ? Number.POSITIVE_INFINITY : due + jump);
    kernel.now = Math.max(kernel.now, to);
    kernel.timers.fire();
    this.#world.stripe.passTime();
    for (const consumer of this.#world.consumers.values()) consumer.stir();
    return true;
  }

  #nextDue(): number | null {
    const { consumers, sweepers, buyers, seatMap, stripe, topics } = this.#world;
    const times = [
      ...[...consumers.values()].map(({ readyAt }) => readyAt),
      ...sweepers.map(({ readyAt }) => readyAt),
      ...buyers.map(({ readyAt }) => readyAt),
      ...this.#organiser.map(({ at }) => at),
      ...[seatMap.alarmAt, stripe.nextAt, topics.nextSeenAt, this.kernel.timers.nextAt],
    ].filter((time) => time !== null);
    return times.length === 0 ? null : Math.max(this.kernel.now, Math.min(...times));
  }

  /** The event begins, changes and ends when its organiser says so. */
  #plans(): { at: number; act: () => void }[] {
    const { updateAt, cancelEventAt } = this.#workload;
    const { events } = this.#world;
    const say = (make: (now: number) => Parameters<World["say"]>[0]) => () =>
      this.#world.say(make(this.kernel.now));
    return [
      { at: BEGINNING, act: say((now) => events.created(now)) },
      ...this.#workload.buyers.slice(0, 1).map(({ number, at }) => ({
        at: BEGINNING + at,
        act: say((now) => events.registered(number, now)),
      })),
      ...(updateAt === null ? [] : [{ at: BEGINNING + updateAt, act: say((now) => events.update(now)) }]),
      ...(cancelEventAt === null
        ? []
        : [{ at: BEGINNING + cancelEventAt, act: say((now) => events.cancel(now)) }]),
    ];
  }
}
