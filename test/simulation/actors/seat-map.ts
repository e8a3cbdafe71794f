import type { SeatAnswer, SeatMapRpc } from "#durable-objects/seat-map/rpc.ts";
import { SeatMapService } from "#durable-objects/seat-map/service/seat-map-service.ts";
import { toMessage } from "#shared/saga/envelope.ts";
import { type Ledger, LedgerFork } from "../../../workers/inventory/src/repositories/ledger.ts";
import { answerEnvelope } from "../../../workers/inventory/src/use-cases/answers.ts";
import type { Faults } from "../faults.ts";
import { pick } from "../kernel/chance.ts";
import { gated } from "../kernel/gated.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Process } from "../kernel/process.ts";
import type { Topics } from "../topics.ts";
import { Disk } from "./disk.ts";

/** How long a lock holds its places. */
const LOCK_TTL_MS = 300_000;

interface SeatMapWorld {
  kernel: Kernel;
  topics: Topics;
  faults: Faults;
  /** Where its log is archived. */
  ledger: Ledger;
}

/** The SeatMap object of one event: the real service over a disk that may lose what was not synced. */
export class SeatMapActor {
  readonly process: Process;
  readonly disk: Disk;
  readonly #kernel: Kernel;
  readonly #topics: Topics;
  readonly #ledger: Ledger;
  /** What it did that is never right: to tell what a crash may take back, to archive what does not continue the archive. */
  readonly wrongs: string[] = [];
  #service: SeatMapService | null = null;
  /** How late its alarms go off, in ms: the runtime promises no more than that they do. */
  readonly #lateness: number;
  #isAlarmRunning = false;

  constructor(eventId: string, world: SeatMapWorld) {
    this.#ledger = world.ledger;
    this.#kernel = world.kernel;
    this.#topics = world.topics;
    this.process = new Process(`seat-map/${eventId}`);
    this.disk = new Disk(world.kernel.chance);
    this.#lateness = pick([0, 0, 1_000, 200_000], world.kernel.chance.schedule);
  }

  /** The map as another process reaches it. */
  reachedBy(caller: Process): SeatMapRpc {
    const ask =
      (method: keyof SeatMapRpc) =>
      (...args: unknown[]): Promise<unknown> => {
        const what = () => `${method} ${describeArgs(args)}`;
        return this.#kernel.call({ process: caller, port: "seat-map", what }, () =>
          this.#run((service) => (service[method] as (...args: unknown[]) => Promise<unknown>)(...args)),
        );
      };
    return new Proxy({} as SeatMapRpc, { get: (_, method) => ask(method as keyof SeatMapRpc) });
  }

  /** When its alarm goes off. */
  get alarmAt(): number | null {
    if (this.#isAlarmRunning || this.disk.alarmAt === null) return null;
    return this.disk.alarmAt + this.#lateness;
  }

  alarm(): void {
    const due = this.disk.alarmAt;
    this.disk.alarmAt = null;
    this.#isAlarmRunning = true;
    const { life } = this.process;
    this.#run((service) => service.alarm())
      // An alarm whose object died runs again.
      .catch(() => {
        if (life.isDead)
          this.disk.alarmAt = Math.min(this.disk.alarmAt ?? Number.POSITIVE_INFINITY, due ?? 0);
      })
      .finally(() => {
        this.#isAlarmRunning = false;
      });
  }

  /** What the cron does to every map. */
  poke(): void {
    this.#run((service) => service.poke()).catch(() => {});
  }

  #run<T>(work: (service: SeatMapService) => Promise<T>): Promise<T> {
    return this.process.run(() => work(this.#awake()));
  }

  #awake(): SeatMapService {
    if (this.#service) return this.#service;
    const { process, disk } = this;
    const { life } = process;
    const log = this.#topics.portOf(process);
    const archive = gated(this.#kernel, process, "inventory-db", this.#ledger);
    this.#service = new SeatMapService({
      storage: disk,
      clock: this.#kernel.clock,
      random: this.#kernel.chance.jitter,
      lockTtlMs: LOCK_TTL_MS,
      publish: (answers: SeatAnswer[]) => {
        for (const { seq, owner, kind } of answers)
          if (seq > disk.safeSeq)
            this.wrongs.push(`${owner.id} is told that it is ${kind} before that is on disk`);
        return log.produce(answers.map((answer) => toMessage(answerEnvelope(answer))));
      },
      archive: (segment) =>
        archive.append(segment).catch((error: unknown) => {
          if (error instanceof LedgerFork) this.wrongs.push(error.message);
          throw error;
        }),
      nextTurn: () => Promise.resolve(),
      synced: () => {
        const upTo = disk.written;
        return this.#kernel.call({ process, port: "disk", what: () => `sync ${upTo}` }, () =>
          disk.sync(upTo),
        );
      },
      abort: () => {
        if (!life.isDead) process.crash();
      },
      setAlarm: (at) => {
        disk.alarmAt = at;
      },
      log: () => {},
    });
    life.whenDead(() => {
      this.#service = null;
      disk.crash();
    });
    return this.#service;
  }
}

function describeArgs(args: unknown[]): string {
  const [first] = args;
  if (!Array.isArray(first)) return typeof first === "string" ? first : "";
  return (first as { type: string; owner: { id: string } }[])
    .map(({ type, owner }) => `${type} ${owner.id}`)
    .join(", ");
}
