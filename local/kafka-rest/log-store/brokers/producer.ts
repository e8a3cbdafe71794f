import {
  type ConnectionPool,
  type initProducerIdV5,
  NumericMap,
  ProduceAcks,
  ProtocolError,
  type produceV11,
  ResponseError,
} from "@platformatic/kafka";
import type { NewRecord, RecordMetadata, TopicPartition } from "../log-store.ts";
import type { Cluster } from "./cluster.ts";
import { asStoreError, isStale, isTransient, reports, unavailable } from "./failures.ts";
import { NO_ERROR } from "./fetch.ts";
import {
  CALL_LIMIT_MS,
  MAX_PRODUCE_REQUEST_BYTES,
  MAX_QUEUED_BYTES,
  MIN_ATTEMPT_MS,
  REQUEST_LIMIT_MS,
  RETRY_DELAY_MS,
} from "./limits.ts";
import { type Batch, Identity, inParts, PartitionQueue } from "./produce-queue.ts";
import type { Wire } from "./wire.ts";

/** What a broker says of a producer that it does not know as the sender thinks: it has stored nothing of the batch. */
const LOST_IDENTITY = ["OUT_OF_ORDER_SEQUENCE_NUMBER", "UNKNOWN_PRODUCER_ID", "INVALID_PRODUCER_EPOCH"];
/** Where the broker stamps no time of its own. */
const NO_TIME = -1n;

/**
 * Appends with acks=all and without duplicates: everything that waits for a broker goes to it in one request, and the
 * next one follows its answer, so that many small requests cost few large ones.
 */
export class Producer {
  readonly #wire: Wire;
  readonly #cluster: Cluster;
  readonly #pool: ConnectionPool;
  readonly #queues = new Map<string, PartitionQueue>();
  readonly #filled = new Set<PartitionQueue>();
  readonly #busy = new Set<number>();
  #identity: Identity | undefined;
  #naming: Promise<Identity> | undefined;
  #queuedBytes = 0;
  #retry: NodeJS.Timeout | undefined;
  #refreshing: Promise<void> | undefined;
  #idle: (() => void) | undefined;

  constructor(wire: Wire, cluster: Cluster) {
    this.#wire = wire;
    this.#cluster = cluster;
    this.#pool = wire.pool();
  }

  /** The records' places, in their order. Where one partition fails, others may have been appended to all the same. */
  async append(records: readonly NewRecord[]): Promise<RecordMetadata[]> {
    await this.#cluster.assertKnown(records);
    const byQueue = new Map<PartitionQueue, { record: NewRecord; index: number }[]>();
    for (const [index, record] of records.entries()) {
      const queue = this.#queueOf(record);
      const list = byQueue.get(queue) ?? [];
      list.push({ record, index });
      byQueue.set(queue, list);
    }
    const parts = [...byQueue].flatMap(([queue, list]) => {
      let first = 0;
      return inParts(list.map(({ record }) => record)).map((part) => {
        const indexes = list.slice(first, first + part.records.length).map(({ index }) => index);
        first += part.records.length;
        return { queue, indexes, ...part };
      });
    });
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    if (this.#queuedBytes + bytes > MAX_QUEUED_BYTES) throw unavailable("too much waits to be written");
    this.#queuedBytes += bytes;
    const untilMs = performance.now() + CALL_LIMIT_MS;
    const stored: RecordMetadata[] = new Array(records.length);
    const appended = parts.map(async ({ queue, indexes, records, bytes }) => {
      const places = await new Promise<RecordMetadata[]>((resolve, reject) => {
        queue.push({ records, bytes, untilMs, resolve, reject });
        this.#filled.add(queue);
      });
      for (const [i, place] of places.entries()) stored[indexes[i]!] = place;
    });
    this.#pump();
    const outcomes = await Promise.allSettled(appended);
    this.#queuedBytes -= bytes;
    const failure = outcomes.find(({ status }) => status === "rejected") as PromiseRejectedResult | undefined;
    if (failure) throw failure.reason;
    return stored;
  }

  /** Resolves once nothing waits. */
  async settled(): Promise<void> {
    if (this.#filled.size > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    clearTimeout(this.#retry);
  }

  #queueOf({ topic, partition }: TopicPartition): PartitionQueue {
    const key = `${topic}:${partition}`;
    let queue = this.#queues.get(key);
    if (!queue) {
      queue = new PartitionQueue({ topic, partition });
      this.#queues.set(key, queue);
    }
    return queue;
  }

  /** Starts a request to every broker that has none under way and for which something waits. */
  #pump(): void {
    const nowMs = performance.now();
    const loads = new Map<number, PartitionQueue[]>();
    for (const queue of this.#filled) {
      if (queue.inFlight) continue;
      this.#expire(queue, nowMs);
      const node = this.#cluster.leader(queue);
      if (queue.isEmpty) this.#filled.delete(queue);
      else if (queue.restsUntilMs > nowMs) this.#wakeIn(queue.restsUntilMs - nowMs);
      else if (node === undefined) this.#rest([queue]);
      else if (!this.#busy.has(node)) {
        const load = loads.get(node) ?? [];
        load.push(queue);
        loads.set(node, load);
      }
    }
    for (const [node, queues] of loads) void this.#send(node, queues);
    if (this.#filled.size === 0) this.#idle?.();
  }

  #expire(queue: PartitionQueue, nowMs: number): void {
    const { batch } = queue;
    // Whether the batch was stored is not known, so nor is the number that the next one would need.
    if (queue.expire(nowMs)) this.#forget(batch?.identity);
  }

  async #send(node: number, queues: readonly PartitionQueue[]): Promise<void> {
    this.#busy.add(node);
    for (const queue of queues) queue.inFlight = true;
    let load: { queue: PartitionQueue; batch: Batch }[] = [];
    try {
      load = this.#load(queues, await this.#identified());
      const answers = await this.#produce(
        node,
        load.map(({ batch }) => batch),
      );
      for (const { queue } of load) this.#settle(queue, answers.get(queue.key));
    } catch (error) {
      if (isTransient(error)) this.#rest(queues);
      else {
        this.#forget(load[0]?.batch.identity);
        for (const queue of queues) queue.abandon(asStoreError(error));
      }
    } finally {
      for (const queue of queues) queue.inFlight = false;
      this.#busy.delete(node);
      this.#pump();
    }
  }

  /** A batch was sent under it of which nobody knows whether it was stored. */
  #forget(identity: Identity | undefined): void {
    if (identity === this.#identity) this.#identity = undefined;
  }

  /** What goes into one request: batches of one identity, as many as fit. */
  #load(queues: readonly PartitionQueue[], identity: Identity): { queue: PartitionQueue; batch: Batch }[] {
    const load: { queue: PartitionQueue; batch: Batch }[] = [];
    let bytes = 0;
    const sender = queues.find(({ batch }) => batch)?.batch?.identity ?? identity;
    for (const queue of queues) {
      if (queue.isEmpty || (queue.batch && queue.batch.identity !== sender)) continue;
      if (!queue.batch && sender !== identity) continue;
      if (load.length > 0 && bytes >= MAX_PRODUCE_REQUEST_BYTES) break;
      const batch = queue.take(sender);
      bytes += batch.bytes;
      load.push({ queue, batch });
    }
    return load;
  }

  async #produce(node: number, batches: readonly Batch[]) {
    const { id: producerId, epoch: producerEpoch } = batches[0]!.identity;
    const sequences = new NumericMap();
    for (const { messages, firstSequence } of batches) {
      sequences.set(`${messages[0]!.topic}:${messages[0]!.partition}`, firstSequence);
    }
    const api = await this.#wire.api<produceV11.ProduceRequest, produceV11.ProduceResponse | boolean>(
      "Produce",
    );
    const connection = await this.#wire.to(this.#pool, this.#cluster.broker(node));
    const messages = batches.flatMap((batch) => batch.messages);
    const leftMs =
      Math.max(...batches.flatMap(({ chunks }) => chunks.map(({ untilMs }) => untilMs))) - performance.now();
    const limitMs = Math.max(MIN_ATTEMPT_MS, Math.min(REQUEST_LIMIT_MS, leftMs));
    const response = await this.#wire
      .send(
        connection,
        api,
        [ProduceAcks.ALL, Math.round(limitMs), messages, { producerId, producerEpoch, sequences }],
        limitMs,
      )
      .catch((error) => {
        // One partition's error fails the whole answer in the library; each is looked at by itself here.
        if (error instanceof ResponseError) return error.response as produceV11.ProduceResponse;
        throw error;
      });
    const answers = new Map<string, produceV11.ProduceResponsePartition>();
    for (const { name, partitionResponses } of (response as produceV11.ProduceResponse).responses) {
      for (const answer of partitionResponses) answers.set(`${name}:${answer.index}`, answer);
    }
    return answers;
  }

  #settle(queue: PartitionQueue, answer: produceV11.ProduceResponsePartition | undefined): void {
    if (answer?.errorCode === NO_ERROR) {
      const { baseOffset, logAppendTimeMs } = answer;
      queue.stored(Number(baseOffset), logAppendTimeMs === NO_TIME ? undefined : Number(logAppendTimeMs));
      return;
    }
    const error = answer
      ? new ProtocolError(answer.errorCode, answer.errorMessage)
      : unavailable("no answer");
    if (LOST_IDENTITY.some((id) => reports(error, id))) {
      this.#forget(queue.batch?.identity);
      queue.renew();
    } else if (isStale(error) || isTransient(error)) this.#rest([queue]);
    else queue.refused(asStoreError(error));
  }

  #identified(): Promise<Identity> {
    if (this.#identity) return Promise.resolve(this.#identity);
    this.#naming ??= this.#name().finally(() => {
      this.#naming = undefined;
    });
    return this.#naming;
  }

  async #name(): Promise<Identity> {
    const api = await this.#wire.api<
      initProducerIdV5.InitProducerIdRequest,
      initProducerIdV5.InitProducerIdResponse
    >("InitProducerId");
    // No transactions: an id that nobody else has ever had, and that nobody takes over.
    const response = await this.#wire.persist(CALL_LIMIT_MS / 2, async () => {
      return await this.#wire.send(await this.#wire.any(), api, [null, 0, -1n, -1]);
    });
    this.#identity = new Identity(response.producerId, response.producerEpoch);
    return this.#identity;
  }

  /** Tries these again in a moment, by then with what the brokers say of their leaders. */
  #rest(queues: readonly PartitionQueue[]): void {
    for (const queue of queues) queue.restsUntilMs = performance.now() + RETRY_DELAY_MS;
    this.#refreshing ??= this.#cluster
      .refresh()
      .then(
        () => this.#dropUnknown(),
        () => undefined,
      )
      .finally(() => {
        this.#refreshing = undefined;
      });
    this.#wakeIn(RETRY_DELAY_MS);
  }

  /**
   * Looks at everything again in so long, or sooner where that is due already. By then something else may have begun to
   * rest, and a timer of a busy process comes early: whatever rests then is come back for once more.
   */
  #wakeIn(ms: number): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      this.#pump();
    }, Math.ceil(ms));
  }

  // A topic that was deleted meanwhile: nothing can be appended to it, however long one waits.
  #dropUnknown(): void {
    for (const queue of this.#filled) {
      if (queue.inFlight) continue;
      try {
        this.#cluster.require(queue);
      } catch (error) {
        queue.abandon(error);
      }
    }
  }
}
