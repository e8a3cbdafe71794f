import type { DatabaseThread } from "./database-thread.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { ReaderRequest } from "./messages.ts";
import type { PartitionLog } from "./partition-log.ts";
import type { PartitionTable } from "./partition-table.ts";

/** Deletes at most so much in one run: it shares the writer with the producers. */
const MAX_RECORDS_PER_RUN = 5_000;
const MAX_PARTITIONS_PER_RUN = 256;

/** Deletes expired records from the start of each partition, a bounded amount a run. */
export class Retention {
  readonly #table: PartitionTable;
  readonly #reader: DatabaseThread<ReaderRequest, unknown>;
  readonly #commits: GroupCommit;
  #nextPartition = 0;

  constructor(table: PartitionTable, reader: DatabaseThread<ReaderRequest, unknown>, commits: GroupCommit) {
    this.#table = table;
    this.#reader = reader;
    this.#commits = commits;
  }

  /**
   * A record goes when it is older than its topic's retention and nothing before it stays: a log start moves
   * over expired records only. Returns how many were deleted.
   */
  async sweep(nowMs: number): Promise<number> {
    const candidates = this.#takeCandidates();
    if (candidates.length === 0) return 0;
    const ranges = candidates.map((log) => {
      const retentionMs = this.#table.topics.get(log.topic)?.retentionMs ?? Number.POSITIVE_INFINITY;
      return { partitionId: log.id, from: log.logStart, to: log.end, before: nowMs - retentionMs };
    });
    const request: ReaderRequest = { kind: "expired", ranges, maxRecords: MAX_RECORDS_PER_RUN };
    const starts = (await this.#reader.ask(request)) as number[];
    const moved = candidates
      .map((log, index) => ({ log, logStart: starts[index] ?? log.logStart }))
      .filter(({ log, logStart }) => logStart > log.logStart);
    if (moved.length === 0) return 0;
    await this.#commits.submit(
      moved.map(({ log, logStart }) => ({ kind: "trim", partitionId: log.id, logStart })),
    );
    let deleted = 0;
    for (const { log, logStart } of moved) {
      deleted += logStart - log.logStart;
      log.logStart = logStart;
    }
    return deleted;
  }

  // Goes round all partitions, so that each has its turn whatever the others hold.
  #takeCandidates(): PartitionLog[] {
    const filled = this.#table.all().filter((log) => log.end > log.logStart);
    if (this.#nextPartition >= filled.length) this.#nextPartition = 0;
    const taken = filled.slice(this.#nextPartition, this.#nextPartition + MAX_PARTITIONS_PER_RUN);
    this.#nextPartition += taken.length;
    return taken;
  }
}
