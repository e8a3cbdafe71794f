import type { LedgerRow } from "#shared/rpc/inventory.ts";
import { answerFor } from "../core/answer.ts";
import { SeatMap } from "../core/seat-map.ts";
import type {
  AuditedDecision,
  DecisionView,
  OpenResult,
  SeatAnswer,
  SeatChanges,
  SeatCommand,
  SeatGeometry,
  SeatMapCounters,
  SeatMapHead,
  SeatMapRpc,
  SeatMapView,
  SeatPlan,
  SeatResult,
  WholeMap,
} from "../rpc.ts";
import { recover } from "../storage/recover.ts";
import type { SeatMapDeps } from "./deps.ts";
import type { GroupCommit } from "./group-commit.ts";
import { HandingOn } from "./handing-on.ts";
import { MapLog } from "./map-log.ts";
import { ANSWERS_PER_PUBLISH } from "./outbox.ts";
import { Readings } from "./readings.ts";

/** Two Kafka batches; together with the reply it stays far below the 32 MB an RPC may carry. */
const MAX_COMMANDS_PER_CALL = 256;

/** Locks ended in one turn and one log row: some 5 ms, then others have their turn. */
const EXPIRIES_PER_TURN = 1_000;

/** A SeatMap with its log, its outbox and its alarm; everything but the platform itself. */
export class SeatMapService implements SeatMapRpc {
  readonly #deps: SeatMapDeps;
  readonly #map: SeatMap;
  readonly #log: MapLog;
  readonly #commits: GroupCommit;
  readonly #handingOn: HandingOn;
  readonly #readings: Readings;
  #locks = 0;
  #refusals = 0;
  #alarmAt = Number.POSITIVE_INFINITY;

  /** Wakes the map from its storage. Throws where what is stored cannot be trusted. */
  constructor(deps: SeatMapDeps) {
    const { storage, lockTtlMs, buyerLimits } = deps;
    this.#deps = deps;
    const map = new SeatMap(recover(storage), { epoch: storage.beginEpoch(), lockTtlMs, buyerLimits });
    this.#map = map;
    this.#log = new MapLog({
      map,
      storage,
      entriesPerSnapshot: deps.entriesPerSnapshot,
      nextTurn: () => deps.nextTurn(),
      synced: () => deps.synced(),
      cursors: () => this.#handingOn,
      written: () => this.#arm(),
      flushed: () => {
        this.#handingOn.flushed();
        deps.flushed?.();
      },
      failed: (error) => {
        deps.log("seat_map_flush_failed", { error: String(error) });
        deps.abort(error);
      },
    });
    const { commits } = this.#log;
    this.#commits = commits;
    this.#handingOn = new HandingOn({ ...deps, map, entries: this.#log, failed: () => this.#arm() });
    this.#readings = new Readings({
      map,
      storage,
      now: () => this.#now(),
      covers: (seq) => commits.covers(seq),
      durableSeq: () => commits.durableSeq,
      cursors: () => {
        const { publishedSeq, archivedSeq } = this.#handingOn;
        return { publishedSeq, archivedSeq };
      },
    });
  }

  async apply(commands: SeatCommand[]): Promise<SeatResult[]> {
    if (commands.length > MAX_COMMANDS_PER_CALL) {
      throw new RangeError(`${commands.length} commands in one call; at most ${MAX_COMMANDS_PER_CALL}`);
    }
    const at = this.#now();
    const results: SeatResult[] = [];
    const repeated: SeatAnswer[] = [];
    for (const command of commands) {
      const { result, repeats } = this.#map.judge(command, at);
      results.push(result);
      const answer = repeats && answerFor(repeats.decision, repeats.step, this.#map.state.opened!);
      if (answer) repeated.push(answer);
    }
    await this.#commits.covers(this.#map.state.seq);
    // Who asks twice may have missed the answer, and the outbox is past it.
    for (let first = 0; first < repeated.length; first += ANSWERS_PER_PUBLISH) {
      await this.#deps.publish(repeated.slice(first, first + ANSWERS_PER_PUBLISH));
    }
    for (const { outcome } of results) {
      if (outcome === "LOCKED") this.#locks += 1;
      else if (outcome === "REFUSED") this.#refusals += 1;
    }
    return results;
  }

  async open(plan: SeatPlan): Promise<OpenResult> {
    const before = this.#map.state.seq;
    const result = this.#map.open(plan, this.#now());
    if (this.#map.state.seq > before) this.#log.planned();
    await this.#commits.covers(this.#map.state.seq);
    return result;
  }

  async learnGeometry(geometry: SeatGeometry): Promise<boolean> {
    return this.#map.learn(geometry);
  }

  async close(): Promise<void> {
    this.#map.close(this.#now());
    await this.#commits.covers(this.#map.state.seq);
  }

  async counters(): Promise<SeatMapCounters> {
    return { locks: this.#locks, refusals: this.#refusals, flushes: this.#commits.flushes };
  }

  poke(): Promise<void> {
    return this.#tend(() => this.#handingOn.drain());
  }

  /** The platform's alarm. Never rejects: one that does is tried six times and then dropped for good. */
  async alarm(): Promise<void> {
    this.#alarmAt = Number.POSITIVE_INFINITY;
    try {
      await this.#tend(() => this.#handingOn.drainIfDue());
    } catch (error) {
      this.#deps.log("seat_map_alarm_failed", { error: String(error) });
    }
  }

  /** Does what is due, and sees to it that what is not yet due will be done. */
  async #tend(drain: () => Promise<unknown>): Promise<void> {
    try {
      const at = this.#now();
      while (this.#map.expire(at, EXPIRIES_PER_TURN)) {
        await this.#commits.flush();
        await this.#deps.nextTurn();
      }
      await this.#commits.covers(this.#map.state.seq);
      await drain();
      if (this.#log.lags) await this.#commits.flush();
    } finally {
      this.#arm();
    }
  }

  #now(): number {
    return this.#map.observe(this.#deps.clock());
  }

  /**
   * Sets the alarm for the earliest thing due, if none is set for then. Within a flush it joins the flush's
   * transaction: whatever becomes of the object then, something will come back for the answers and the rows.
   */
  #arm(): void {
    const expiry = this.#map.state.nextToExpire()?.expiresAt ?? Number.POSITIVE_INFINITY;
    const earliest = Math.min(expiry, this.#handingOn.dueAt(this.#now()) ?? Number.POSITIVE_INFINITY);
    if (earliest >= this.#alarmAt) return;
    this.#alarmAt = earliest;
    this.#deps.setAlarm(earliest);
  }

  /** "" before the map is opened. */
  get eventId(): string {
    return this.#map.state.opened?.plan.eventId ?? "";
  }

  get epoch(): number {
    return this.#map.epoch;
  }

  /** The last entry that is on disk. */
  get durableSeq(): number {
    return this.#commits.durableSeq;
  }

  /** Resolves when the flush under way has ended, however it ends; undefined where there is none. */
  get flushUnderWay(): Promise<void> | undefined {
    return this.#commits.underWay?.catch(() => {});
  }

  // What others read; see `Readings`.

  isClosed(): Promise<boolean> {
    return this.#readings.isClosed();
  }

  view(): Promise<SeatMapView> {
    return this.#readings.view();
  }

  viewWithIds(): Promise<SeatMapView & { seatIds: string[] }> {
    return this.#readings.viewWithIds();
  }

  /** Every seat's state; null before the map is opened. */
  whole(): Promise<WholeMap | null> {
    return this.#readings.whole();
  }

  changes(epoch: number, sinceSeq: number): Promise<SeatChanges | null> {
    return this.#readings.changes(epoch, sinceSeq);
  }

  decision(ownerId: string): Promise<DecisionView | null> {
    return this.#readings.decision(ownerId);
  }

  decisions(from: number, limit: number): Promise<AuditedDecision[]> {
    return this.#readings.decisions(from, limit);
  }

  decisionsOf(ownerIds: string[]): Promise<AuditedDecision[]> {
    return this.#readings.decisionsOf(ownerIds);
  }

  layout(): Promise<string | null> {
    return this.#readings.layout();
  }

  head(): Promise<SeatMapHead> {
    return this.#readings.head();
  }

  ledger(fromSeq: number, limit: number): Promise<LedgerRow[]> {
    return this.#readings.ledger(fromSeq, limit);
  }
}
