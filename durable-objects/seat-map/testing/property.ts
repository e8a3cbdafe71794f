import fc from "fast-check";
import { isLapsed } from "../core/decision.ts";
import { AVAILABLE, BLOCKED, LOCKED, NO_HOLDER, RESERVED } from "../core/place-table.ts";
import type { SeatCommand, SeatPlan } from "../rpc.ts";
import { recover } from "../storage/recover.ts";
import type { SeatMapStorage } from "../storage/storage.ts";
import { command, LIMITS, PLAN } from "./arbitrary.ts";
import { History } from "./history.ts";
import { Model } from "./model.ts";
import { dump, LOCK_TTL_MS, Rig, replayFromGenesis } from "./rig.ts";
import { same } from "./same.ts";

type Step =
  | { do: "command"; command: SeatCommand }
  | { do: "lose"; command: SeatCommand }
  | { do: "advance"; ms: number }
  | { do: "expire"; limit: number }
  | { do: "replan"; change: Partial<SeatPlan> }
  | { do: "tidy"; steps: number; dies: boolean }
  | { do: "again" | "close" | Upkeep };

/** What a map does for itself between commands, any of which may be the last thing before it dies. */
const UPKEEP = ["restart", "snapshot", "archive", "save", "forget"] as const;
type Upkeep = (typeof UPKEEP)[number];

/** Plans that gain seats and an area, in another order too; that block; and that lose a place. */
const GAINED = ["A-1", "C-1", "A-2", "A-3", "B-1", "B-2", "blocked"];
const LAWNS = [...PLAN.generalAdmission, { name: "Hill", capacity: 1 }];
const replan: fc.Arbitrary<Step> = fc
  .record({
    seatIds: fc.constantFrom(PLAN.seatIds, GAINED, [...GAINED, "C-2"], PLAN.seatIds.slice(1)),
    blockedSeatIds: fc.subarray(["A-2", "A-3", "B-2", "blocked"]),
    generalAdmission: fc.constantFrom(PLAN.generalAdmission, LAWNS, LAWNS.slice(1)),
  })
  .map((change) => ({ do: "replan", change }));

/** The way of a row out of the map, up to one of its steps; and there the process dies, or does not. */
const TIDY = ["archive", "save", "snapshot", "forget"] as const;
const tidy: fc.Arbitrary<Step> = fc
  .record({ steps: fc.integer({ min: 1, max: TIDY.length }), dies: fc.boolean() })
  .map((how) => ({ do: "tidy", ...how }));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: command.map((c) => ({ do: "command" as const, command: c })) },
  // Around the TTL, to the millisecond, and sometimes back.
  {
    weight: 3,
    arbitrary: fc
      .oneof(fc.constantFrom(LOCK_TTL_MS - 1, LOCK_TTL_MS, 1), fc.integer({ min: -2_000, max: 2_000 }))
      .map((ms) => ({ do: "advance" as const, ms })),
  },
  { weight: 1, arbitrary: replan },
  { weight: 1, arbitrary: command.map((c) => ({ do: "lose" as const, command: c })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }).map((limit) => ({ do: "expire" as const, limit })) },
  { weight: 1, arbitrary: fc.constant({ do: "again" as const }) },
  { weight: 4, arbitrary: fc.constantFrom(...UPKEEP).map((it) => ({ do: it })) },
  { weight: 2, arbitrary: tidy },
);
/** At most one close, near the end: nothing much happens on a closed map. */
const steps = fc
  .tuple(fc.array(step, { maxLength: 36, size: "max" }), fc.boolean(), fc.array(step, { maxLength: 5 }))
  .map(([open, closes, after]): Step[] => (closes ? [...open, { do: "close" }, ...after] : open));

/** The map does what the model does, whatever is asked of it and however often it dies. `onEnd` is told how it ended. */
export function agreesWithModel(
  storageOf: () => SeatMapStorage,
  onEnd: (storage: SeatMapStorage) => void = () => {},
): fc.IProperty<[Step[]]> {
  return fc.property(steps, (run) => {
    const rig = new Rig(storageOf(), LIMITS);
    rig.open(PLAN);
    const model = new Model(PLAN, LOCK_TTL_MS, LIMITS);
    const history = new History();
    let last: SeatCommand | undefined;
    for (const next of run) {
      if (next.do === "command") last = next.command;
      // A repeat: the same command, however much has come between.
      const taken = next.do === "again" && last ? { do: "command" as const, command: last } : next;
      take(taken, rig, model);
      model.clock = rig.map.state.clock;
      checkPlaces(rig, model);
      checkDecisions(rig, model);
      checkStorage(rig);
      history.note(rig);
    }
    history.check(rig);
    onEnd(rig.storage);
  });
}

function take(next: Step, rig: Rig, model: Model): void {
  switch (next.do) {
    case "command": {
      const actual = rig.do(next.command);
      same(actual, model.do(next.command, rig.map.state.clock, actual), "the answer");
      break;
    }
    case "tidy":
      for (const one of TIDY.slice(0, next.steps)) take({ do: one }, rig, model);
      if (next.dies) rig.restart();
      break;
    case "again":
      break;
    case "lose":
      rig.lose(next.command);
      break;
    case "advance":
      rig.reading += next.ms;
      break;
    case "expire":
      rig.expire(next.limit);
      break;
    case "replan": {
      const plan = { ...PLAN, ...next.change, planVersion: rig.map.state.planVersion + 1 };
      same(rig.open(plan).outcome, model.replan(plan) ? "OPEN" : "PLAN_CONFLICT", "what becomes of a plan");
      break;
    }
    case "restart":
      rig.restart();
      break;
    case "snapshot":
      rig.snapshot();
      break;
    case "archive":
      rig.archiveRows();
      break;
    case "save":
      rig.saveCursors();
      break;
    case "forget":
      rig.forget();
      break;
    case "close":
      rig.close();
      model.closed = true;
      break;
  }
}

function checkPlaces(rig: Rig, model: Model): void {
  const { opened, decisions, clock } = rig.map.state;
  const { index, places } = opened!;
  model.placeIds().forEach((id, place) => {
    if (model.holders(id).length > 1) throw new Error(`${id} is held by ${model.holders(id)}`);
    same(index.id(place), id, "the place's id");
    const holder = places.holder[place]!;
    const state = places.state[place]!;
    const lapsed = holder !== NO_HOLDER && isLapsed(decisions.at(holder), clock);
    const seen = ["AVAILABLE", "LOCKED", "RESERVED", "BLOCKED"][
      lapsed ? (places.isBlocked(place) ? BLOCKED : AVAILABLE) : state
    ];
    same(seen, model.placeState(id), `the state of ${id}`);
    same(holder !== NO_HOLDER, state === LOCKED || state === RESERVED, `whether ${id} has a holder`);
    if (holder !== NO_HOLDER) {
      same(decisions.at(holder).status, state === LOCKED ? "LOCKED" : "RESERVED", `the holder of ${id}`);
      same(decisions.at(holder).places.includes(place), true, `whether its holder was given ${id}`);
    }
  });
  for (const { position, name, base, capacity } of index.areas) {
    const free = places.state.subarray(base, base + capacity).filter((state) => state === AVAILABLE).length;
    same(places.freeIn(position), free, `the count of ${name}`);
  }
}

function checkDecisions(rig: Rig, model: Model): void {
  const { state } = rig.map;
  same(state.decisions.length, model.owners.size, "how many decisions there are");
  for (const [id, owner] of model.owners) {
    const decision = state.decision(id)!;
    const status = isLapsed(decision, state.clock) ? "EXPIRED" : decision.status;
    same(status, model.status(owner), `the status of ${id}`);
    same(decision.expiresAt, owner.expiresAt, `the expiry of ${id}`);
    same(decision.extension !== undefined, owner.isExtended ?? false, `whether ${id} was extended`);
    same(state.opened!.index.ids(decision.places), owner.given, `what ${id} was given`);
  }
}

/** Reading verifies every link of the chain, once from the snapshot on and once from the first entry. */
function checkStorage(rig: Rig): void {
  const memory = dump(rig.map.state);
  same(dump(recover(rig.storage)), memory, "what a wake would find");
  same(dump(replayFromGenesis(rig)), memory, "what the whole log tells");
}
