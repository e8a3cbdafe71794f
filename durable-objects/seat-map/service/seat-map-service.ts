import type { Clock } from "#shared/clock.ts";
import type { LedgerRow } from "#shared/rpc/inventory.ts";
import { answerFor, answerOf } from "../core/answer.ts";
import type { BuyerLimits } from "../core/buyer-limits.ts";
import { chainRows } from "../core/chain.ts";
import { encodeChanges, encodeWhole } from "../core/changes.ts";
import type { Decision } from "../core/decision.ts";
import { auditedDecision, decisionView } from "../core/decision-view.ts";
import { decodeEntries, type Entry } from "../core/entry.ts";
import { encodePlan } from "../core/layout.ts";
import { packSeats } from "../core/packed.ts";
import { SeatMap } from "../core/seat-map.ts";
import { encodeSnapshot } from "../core/snapshot.ts";
import type {
  AuditedDecision,
  DecisionView,
  LedgerSegment,
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
import { rowsWithin } from "../storage/rows-within.ts";
import type { Commit, SeatMapStorage } from "../storage/storage.ts";
import { Archiver } from "./archiver.ts";
import { GroupCommit } from "./group-commit.ts";
import { ANSWERS_PER_PUBLISH, Outbox } from "./outbox.ts";
import { RecentEntries } from "./recent-entries.ts";
import { nextSegment } from "./segment.ts";

/** Two Kafka batches; together with the reply it stays far below the 32 MB an RPC may carry. */
const MAX_COMMANDS_PER_CALL = 256;

/** With the row that reaches it, and two bytes a character, below the 32 MB an RPC may carry. */
const LEDGER_CHARACTERS = 8_000_000;
const MAX_LEDGER_ROWS = 1_000;

/** With ten places of 128 characters each, below 1 MB. */
const MAX_DECISIONS_A_PAGE = 500;

/** Locks ended in one turn and one log row: some 5 ms, then others have their turn. */
const EXPIRIES_PER_TURN = 1_000;

/** Until then what a crash kept back waits, answers and rows, and the saved cursors may lag. */
const OUTBOX_CHECK_MS = 2_000;

/** Some 5 ms of a wake. */
const ENTRIES_PER_SNAPSHOT = 2_500;

/** Log rows decoded at a time to be published. */
const ROWS_PER_DRAIN = 4;

/** Entries made into answers in one turn: some 2 ms. */
const ENTRIES_PER_DRAIN = 1_000;

/** What the platform under a SeatMap gives it. */
export interface SeatMapDeps {
  storage: SeatMapStorage;
  clock: Clock;
  random: () => number;
  lockTtlMs: number;
  /** What one buyer may have of the event; no limits, if left out. */
  buyerLimits?: BuyerLimits | undefined;
  /** Entries to replay at a wake before a snapshot pays; 2,500 if left out. */
  entriesPerSnapshot?: number | undefined;
  publish(answers: SeatAnswer[]): Promise<void>;
  archive(segment: LedgerSegment): Promise<void>;
  nextTurn(): Promise<void>;
  synced(): Promise<void>;
  /** Ends the object at once; it wakes again from its storage. */
  abort(error: unknown): void;
  setAlarm(at: number): void;
  /** Entries have come onto the disk. */
  flushed?(): void;
  log(event: string, fields: Record<string, unknown>): void;
}

/** A SeatMap with its log, its outbox and its alarm; everything but the platform itself. */
export class SeatMapService implements SeatMapRpc {
  readonly #deps: SeatMapDeps;
  readonly #map: SeatMap;
  readonly #commits: GroupCommit;
  readonly #outbox: Outbox;
  readonly #archiver: Archiver;
  readonly #recent = new RecentEntries();
  /** The plan in force came with an entry up to here. */
  #planSeq = 0;
  #isPlanUnwritten = false;
  #locks = 0;
  #refusals = 0;
  #alarmAt = Number.POSITIVE_INFINITY;

  /** Wakes the map from its storage. Throws where what is stored cannot be trusted. */
  constructor(deps: SeatMapDeps) {
    const { storage, clock, random, lockTtlMs, buyerLimits } = deps;
    this.#deps = deps;
    const state = recover(storage);
    this.#map = new SeatMap(state, { epoch: storage.beginEpoch(), lockTtlMs, buyerLimits });
    this.#commits = new GroupCommit(
      {
        nextTurn: () => deps.nextTurn(),
        write: () => this.#write(),
        synced: () => deps.synced(),
        flushed: () => {
          void this.#drainIfDue();
          deps.flushed?.();
        },
        failed: (error) => {
          deps.log("seat_map_flush_failed", { error: String(error) });
          deps.abort(error);
        },
      },
      state.seq,
    );
    this.#outbox = new Outbox(
      {
        clock,
        random,
        entriesAfter: (seq) => this.#durableAnswers(seq),
        publish: (answers) => deps.publish(answers),
        onFailure: (error, retryAt) => {
          deps.log("seat_map_publish_failed", { error: String(error), retryAt });
          this.#arm();
        },
      },
      storage.publishedSeq(),
    );
    this.#archiver = new Archiver(
      {
        clock,
        random,
        segmentAfter: (afterSeq) => {
          const { durableSeq } = this.#commits;
          // Rows are read in the plan in force, which must be one that no crash takes back.
          if (this.#planSeq > durableSeq) return undefined;
          return nextSegment(storage, this.#map.state, { afterSeq, durableSeq });
        },
        archive: (segment) => deps.archive(segment),
        onFailure: (error, retryAt) => {
          deps.log("seat_map_archive_failed", { error: String(error), retryAt });
          this.#arm();
        },
      },
      storage.archivedSeq(),
    );
  }

  async apply(commands: SeatCommand[]): Promise<SeatResult[]> {
    if (commands.length > MAX_COMMANDS_PER_CALL) {
      throw new RangeError(`${commands.length} commands in one call; at most ${MAX_COMMANDS_PER_CALL}`);
    }
    const at = this.#now();
    const judgements = commands.map((command) => this.#map.judge(command, at));
    const repeated: SeatAnswer[] = [];
    for (const { repeats } of judgements) {
      const answer = repeats && answerFor(repeats.decision, repeats.step, this.#map.state.opened!);
      if (answer) repeated.push(answer);
    }
    await this.#commits.covers(this.#map.state.seq);
    // Who asks twice may have missed the answer, and the outbox is past it.
    for (let first = 0; first < repeated.length; first += ANSWERS_PER_PUBLISH) {
      await this.#deps.publish(repeated.slice(first, first + ANSWERS_PER_PUBLISH));
    }
    return judgements.map(({ result }) => {
      if (result.outcome === "LOCKED") this.#locks += 1;
      else if (result.outcome === "REFUSED") this.#refusals += 1;
      return result;
    });
  }

  async open(plan: SeatPlan): Promise<OpenResult> {
    const before = this.#map.state.seq;
    const result = this.#map.open(plan, this.#now());
    if (this.#map.state.seq > before) {
      this.#planSeq = this.#map.state.seq;
      this.#isPlanUnwritten = true;
    }
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

  async isClosed(): Promise<boolean> {
    const { closed, seq } = this.#map.state;
    await this.#commits.covers(seq);
    return closed;
  }

  async view(): Promise<SeatMapView> {
    const { opened, seq, planVersion, closed } = this.#map.state;
    const view = {
      epoch: this.#map.epoch,
      seq,
      planVersion,
      packed: opened ? packSeats(opened) : new Uint8Array(),
      generalAdmission: (opened?.index.areas ?? []).map(({ name, capacity, position }) => {
        return { name, capacity, available: opened!.places.freeIn(position) };
      }),
      closed,
    };
    await this.#commits.covers(seq);
    return view;
  }

  async viewWithIds(): Promise<SeatMapView & { seatIds: string[] }> {
    const seatIds = this.#map.state.opened?.plan.seatIds ?? [];
    // Both of one moment: nothing runs between this line and the view's own reading of the state.
    return { ...(await this.view()), seatIds };
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

  /** Every seat's state; null before the map is opened. */
  async whole(): Promise<WholeMap | null> {
    const { seq } = this.#map.state;
    const bytes = encodeWhole(this.#map);
    await this.#commits.covers(seq);
    return bytes && { seq, bytes };
  }

  async changes(epoch: number, sinceSeq: number): Promise<SeatChanges | null> {
    const { seq: toSeq, planVersion } = this.#map.state;
    const delta = epoch === this.#map.epoch ? encodeChanges(this.#map, sinceSeq) : null;
    await this.#commits.covers(toSeq);
    return delta && { epoch, fromSeq: sinceSeq, toSeq, planVersion, delta };
  }

  async decision(ownerId: string): Promise<DecisionView | null> {
    const { opened, seq } = this.#map.state;
    const decision = this.#map.state.decision(ownerId);
    const view = decision && decisionView(decision, opened!);
    await this.#commits.covers(seq);
    return view ?? null;
  }

  async layout(): Promise<string | null> {
    const { opened, seq } = this.#map.state;
    const layout = opened ? encodePlan(opened) : null;
    await this.#commits.covers(seq);
    return layout;
  }

  async head(): Promise<SeatMapHead> {
    await this.#commits.covers(this.#map.state.seq);
    const { planVersion, decisions, closed, seq } = this.#map.state;
    const standing = { planVersion, decisions: decisions.length, closed, now: this.#now() };
    const { publishedSeq } = this.#outbox;
    const { archivedSeq } = this.#archiver;
    const { epoch } = this.#map;
    const head = { epoch, ...this.#deps.storage.head(), publishedSeq, archivedSeq, ...standing };
    await this.#commits.covers(seq);
    return head;
  }

  async counters(): Promise<SeatMapCounters> {
    return { locks: this.#locks, refusals: this.#refusals, flushes: this.#commits.flushes };
  }

  async decisions(from: number, limit: number): Promise<AuditedDecision[]> {
    const { decisions } = this.#map.state;
    return this.#audited(decisions.slice(from, from + Math.min(limit, MAX_DECISIONS_A_PAGE)));
  }

  async decisionsOf(ownerIds: string[]): Promise<AuditedDecision[]> {
    const asked = ownerIds.slice(0, MAX_DECISIONS_A_PAGE);
    return this.#audited(
      asked.map((id) => this.#map.state.decision(id)).filter((found) => found !== undefined),
    );
  }

  async #audited(decisions: Decision[]): Promise<AuditedDecision[]> {
    const { opened, seq } = this.#map.state;
    const audited = decisions.map((decision) => auditedDecision(decision, opened!));
    await this.#commits.covers(seq);
    return audited;
  }

  async ledger(fromSeq: number, limit: number): Promise<LedgerRow[]> {
    await this.#commits.covers(this.#map.state.seq);
    const toSeq = this.#commits.durableSeq;
    const within = { limit: Math.min(limit, MAX_LEDGER_ROWS), characters: LEDGER_CHARACTERS };
    return rowsWithin(this.#deps.storage, { fromSeq, toSeq, ...within }).rows;
  }

  poke(): Promise<void> {
    return this.#tend(() => Promise.all([this.#outbox.drain(), this.#archiver.drain()]));
  }

  /** The platform's alarm. Never rejects: one that does is tried six times and then dropped for good. */
  async alarm(): Promise<void> {
    this.#alarmAt = Number.POSITIVE_INFINITY;
    try {
      await this.#tend(() => this.#drainIfDue());
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
      if (this.#cursorsLag()) await this.#commits.flush();
    } finally {
      this.#arm();
    }
  }

  #now(): number {
    return this.#map.observe(this.#deps.clock());
  }

  /** One flush: all that was decided since the last one, in one transaction with the alarm that it needs. */
  #write(): number {
    const { storage } = this.#deps;
    const { state, epoch } = this.#map;
    state.decisions.trim();
    const entries = this.#map.takeEntries();
    const rows = chainRows(entries, epoch, storage.head());
    const commit: Commit = { rows };
    if (this.#isPlanUnwritten && state.opened) commit.plan = encodePlan(state.opened);
    if (this.#outbox.publishedSeq > storage.publishedSeq()) commit.publishedSeq = this.#outbox.publishedSeq;
    if (this.#archiver.archivedSeq > storage.archivedSeq()) commit.archivedSeq = this.#archiver.archivedSeq;
    if (this.#needsSnapshot()) {
      const hash = rows.at(-1)?.hash ?? storage.head().hash;
      commit.snapshot = { seq: state.seq, hash, ...encodeSnapshot(state) };
    }
    const snapshotSeq = commit.snapshot?.seq ?? storage.snapshotSeq();
    const needless = Math.min(snapshotSeq, this.#outbox.publishedSeq, this.#archiver.archivedSeq);
    if (needless > storage.forgottenSeq()) commit.forgetTo = needless;
    storage.commit(commit);
    this.#recent.note(entries);
    this.#isPlanUnwritten = false;
    this.#arm();
    return state.seq;
  }

  /** A snapshot costs as much as decisions are in blocks that changed: many of them wait for more entries to share it. */
  #needsSnapshot(): boolean {
    const { seq, decisions } = this.#map.state;
    const { storage, entriesPerSnapshot = ENTRIES_PER_SNAPSHOT } = this.#deps;
    return seq - storage.snapshotSeq() >= Math.max(entriesPerSnapshot, decisions.changed / 4);
  }

  #cursorsLag(): boolean {
    const { storage } = this.#deps;
    return (
      this.#outbox.publishedSeq > storage.publishedSeq() || this.#archiver.archivedSeq > storage.archivedSeq()
    );
  }

  #drainIfDue(): Promise<unknown> {
    return Promise.all([this.#outbox.drainIfDue(), this.#archiver.drainIfDue()]);
  }

  /**
   * Sets the alarm for the earliest thing due, if none is set for then. Within a flush it joins the flush's
   * transaction: whatever becomes of the object then, something will come back for the answers and the rows.
   */
  #arm(): void {
    const { state } = this.#map;
    const check = this.#now() + OUTBOX_CHECK_MS;
    const due = [state.nextToExpire()?.expiresAt];
    if (this.#outbox.publishedSeq < state.seq) due.push(this.#outbox.retryAt ?? check);
    if (this.#archiver.archivedSeq < state.seq && state.opened) due.push(this.#archiver.retryAt ?? check);
    if (this.#cursorsLag()) due.push(check);
    const earliest = Math.min(...due.map((at) => at ?? Number.POSITIVE_INFINITY));
    if (earliest >= this.#alarmAt) return;
    this.#alarmAt = earliest;
    this.#deps.setAlarm(earliest);
  }

  #durableAnswers(afterSeq: number): { seq: number; answer: SeatAnswer | undefined }[] {
    return this.#durableEntries(afterSeq).map((entry) => {
      return { seq: entry.seq, answer: answerOf(entry, this.#map.state) };
    });
  }

  /** Some durable entries after `afterSeq`, in order: those of this wake from memory, older ones from the log. */
  #durableEntries(afterSeq: number): Entry[] {
    const { durableSeq } = this.#commits;
    this.#recent.forget(afterSeq);
    const recent = this.#recent.between(afterSeq, durableSeq, ENTRIES_PER_DRAIN);
    if (recent) return recent;
    const rows = this.#deps.storage.rows(afterSeq + 1, ROWS_PER_DRAIN);
    return rows
      .filter(({ lastSeq }) => lastSeq <= durableSeq)
      .flatMap(({ entries, firstSeq }) => decodeEntries(entries, firstSeq))
      .filter(({ seq }) => seq > afterSeq);
  }
}
