import fc from "fast-check";
import { decodeEntries } from "../core/entry.ts";
import { rebuildFrom } from "../core/rebuild.ts";
import type { SeatAnswer, SeatCommand, SeatMapRpc } from "../rpc.ts";
import { command, LIMITS, PLAN } from "./arbitrary.ts";
import type { MemoryArchive } from "./memory-archive.ts";
import { Model } from "./model.ts";
import { same } from "./same.ts";

/**
 * What becomes of a call to the archive: it is done, refused, done but its answer is lost, or done only once something
 * else happens to the archive.
 */
export type ArchiveMood = "up" | "down" | "lost" | "slow";

/** A SeatMap object with all around it, as a test drives it. */
export interface Stage {
  world: {
    now: number;
    publisherIsDown: boolean;
    archiveMood: ArchiveMood;
    archive: MemoryArchive;
    published: SeatAnswer[];
  };
  lockTtlMs: number;
  /** As its next caller finds it. */
  map(): Pick<SeatMapRpc, "apply" | "open" | "close" | "head" | "layout" | "ledger" | "decision" | "poke">;
  /** Ends the object's life; what was not on disk is gone. */
  end(how: "evict" | "abort"): Promise<void>;
  alarm(): Promise<void>;
  /** Lets what is under way go on. */
  settle(): Promise<void>;
  /** Lets slow calls to the archive end. */
  release(): void;
  /** Is told that a call to the object was rejected. */
  rejected?(): void;
}

type Act =
  | { do: "apply"; commands: SeatCommand[] }
  | { do: "advance"; ms: number }
  | { do: "publisher"; isDown: boolean }
  | { do: "archive"; mood: ArchiveMood }
  | { do: "again" | "evict" | "abort" | "alarm" | "poke" };

const always = <T extends Act["do"]>(it: T) => fc.constant({ do: it } as Act & { do: T });
const actsWith = (moods: readonly ArchiveMood[]): fc.Arbitrary<Act[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 10,
        arbitrary: fc
          .array(command, { minLength: 1, maxLength: 3 })
          .map((commands): Act => ({ do: "apply", commands })),
      },
      { weight: 2, arbitrary: always("again") },
      {
        weight: 5,
        arbitrary: fc
          .oneof(fc.constantFrom(1_000, 2_000, 299_999, 300_000), fc.integer({ min: -100_000, max: 100_000 }))
          .map((ms): Act => ({ do: "advance", ms })),
      },
      { weight: 1, arbitrary: fc.boolean().map((isDown): Act => ({ do: "publisher", isDown })) },
      {
        weight: 3,
        arbitrary: fc.constantFrom(...moods).map((mood): Act => ({ do: "archive", mood })),
      },
      { weight: 2, arbitrary: always("evict") },
      { weight: 1, arbitrary: always("abort") },
      { weight: 3, arbitrary: always("alarm") },
      { weight: 1, arbitrary: always("poke") },
    ),
    { maxLength: 25, size: "max" },
  );

/**
 * The object answers as the model does, however often it ends, whatever its publisher and its archive do; and once both
 * are well, the archive has all of its ledger, and its places are the map's. `onEnd` is told whether rows had left it.
 * An archive that is slow is left out where a call that lasts would keep an object from ending.
 */
export function objectAgreesWithModel(
  setUp: () => Promise<Stage>,
  moods: readonly ArchiveMood[],
  onEnd: (hasForgotten: boolean) => void = () => {},
): fc.IAsyncProperty<[Act[]]> {
  return fc.asyncProperty(actsWith(moods), async (run) => {
    const stage = await setUp();
    await stage.map().open(PLAN);
    const model = new Model(PLAN, stage.lockTtlMs, LIMITS);
    let last: SeatCommand[] = [];
    for (const act of run) {
      if (act.do === "apply") last = act.commands;
      await take(act.do === "again" ? { do: "apply", commands: last } : act, stage, model);
      await stage.settle();
    }
    await heal(stage);
    await checkArchive(stage, model);
    checkPublished(stage);
    onEnd((await stage.map().ledger(1, 1))[0]?.firstSeq !== 1);
  });
}

async function take(act: Act, stage: Stage, model: Model): Promise<void> {
  const { world } = stage;
  switch (act.do) {
    case "apply":
      for (const one of act.commands) await apply(one, stage, model);
      break;
    case "advance":
      world.now += act.ms;
      break;
    case "publisher":
      world.publisherIsDown = act.isDown;
      break;
    case "archive":
      stage.release();
      world.archiveMood = act.mood;
      break;
    case "evict":
    case "abort":
      await stage.end(act.do);
      break;
    case "alarm":
      await stage.alarm();
      break;
    case "poke":
      // A publisher or an archive that says nothing keeps a poke waiting.
      if (world.archiveMood !== "slow") await stage.map().poke();
      break;
  }
}

async function apply(one: SeatCommand, stage: Stage, model: Model): Promise<void> {
  const { world } = stage;
  // A repeat is told again at once, so it fails with its publisher; who asks again then gets the answer.
  const [result] = await stage
    .map()
    .apply([one])
    .catch((error) => {
      if (!world.publisherIsDown) throw error;
      stage.rejected?.();
      world.publisherIsDown = false;
      return stage.map().apply([one]);
    });
  const { now } = await stage.map().head();
  same(result, model.do(one, now, result!), "the answer");
  const decision = await stage.map().decision(one.owner.id);
  const known = model.owners.get(one.owner.id);
  same(decision?.seatIds, known?.given, "what it was given");
}

async function heal(stage: Stage): Promise<void> {
  const { world } = stage;
  stage.release();
  Object.assign(world, { publisherIsDown: false, archiveMood: "up" });
  // Past every pause and every retry; twice, so that what expires by it is handed on too.
  for (let turn = 0; turn < 3; turn++) {
    await stage.settle();
    world.now += 60_000;
    await stage.map().poke();
  }
}

async function checkArchive(stage: Stage, model: Model): Promise<void> {
  const { archive } = stage.world;
  const { seq, hash, now } = await stage.map().head();
  same([archive.seq, archive.hash], [seq, hash], "the archive's head");
  const { map, broken } = rebuildFrom(await stage.map().layout(), archive.rows, seq);
  same(broken, null, "the first broken link");
  model.clock = now;
  for (const { id, status, owner } of map!.places!) {
    same(status, model.placeState(id), `the state of ${id} by its ledger`);
    same(owner ? [owner.id] : [], model.holders(id), `who has ${id} by its ledger`);
    const { hold = null, isBlocked = false } = archive.places.get(id) ?? {};
    same(hold?.status ?? (isBlocked ? "BLOCKED" : "AVAILABLE"), status, `the state of ${id} in the archive`);
    same(hold?.owner ?? null, owner, `who has ${id} in the archive`);
  }
}

/** Each answer of a booking was handed on. A repeat is told at once, so the order is the outbox's own alone. */
function checkPublished({ world: { published, archive } }: Stage): void {
  const answers = archive.rows.flatMap(({ entries, firstSeq }) =>
    decodeEntries(entries, firstSeq).filter((entry) => "ownerId" in entry && entry.ownerKind === "booking"),
  );
  const told = [...new Set(published.map(({ seq }) => seq))].sort((a, b) => a - b);
  const due = answers.map(({ seq }) => seq);
  same(told, due, "what was handed on");
}
