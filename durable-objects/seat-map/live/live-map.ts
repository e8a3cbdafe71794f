import type { Clock } from "#shared/clock.ts";
import { deltaLength } from "#shared/seats/delta.ts";
import { Batches } from "../../live/batches.ts";
import type { MapSource } from "../../live/watchers.ts";
import type { SeatChanges, WholeMap } from "../rpc.ts";
import type { News, RelayFeeds } from "./relay-feeds.ts";

/** A relay that could not be given something is tried again then. */
const RETRY_MS = 1_000;

const NOTHING = deltaLength(0, 0);

/** What a live map asks of the map itself. All of it is on disk by the time it is answered. */
export interface WatchedMap {
  readonly epoch: number;
  readonly durableSeq: number;
  whole(): Promise<WholeMap | null>;
  changes(epoch: number, sinceSeq: number): Promise<SeatChanges | null>;
}

interface LiveMapDeps {
  map: WatchedMap;
  clock: Clock;
  /** The map's own watchers. */
  watchers(): number;
  broadcast(bytes: Uint8Array): Promise<void>;
  relays: RelayFeeds;
  after(ms: number, work: () => void): void;
  failed(error: unknown): void;
}

/** Tells watchers and relays what changes in a map, in batches. Without any it does nothing at all. */
export class LiveMap implements MapSource {
  readonly #deps: LiveMapDeps;
  readonly #batches: Batches;
  /** All watchers were sent everything up to here, or were left out. */
  #sentSeq: number;
  #whole: WholeMap | null = null;
  #asking: Promise<WholeMap | null> | null = null;
  /** Nothing was sent in this epoch yet. */
  #isNew = true;

  constructor(deps: LiveMapDeps) {
    this.#deps = deps;
    this.#sentSeq = deps.map.durableSeq;
    this.#batches = new Batches({ ...deps, send: () => this.#send() });
    // Whoever has outlived the map's last life hears of the new epoch, and so whether anything was missed.
    if (this.#audience > 0) this.#batches.want();
  }

  /** Entries have come onto the disk. */
  flushed(): void {
    if (this.#audience > 0) this.#batches.want();
    else this.#sentSeq = this.#deps.map.durableSeq;
  }

  get #audience(): number {
    return this.#deps.watchers() + this.#deps.relays.size;
  }

  /** A relay lacks something: see {@link RelayFeeds}. */
  again(error?: unknown): void {
    if (error !== undefined) this.#deps.failed(error);
    this.#deps.after(error === undefined ? 0 : RETRY_MS, () => this.#batches.want());
  }

  async whole(): Promise<Uint8Array | null> {
    return (await this.#wholeMap())?.bytes ?? null;
  }

  async since(epoch: number, seq: number): Promise<Uint8Array[]> {
    for (;;) {
      const changes = await this.#deps.map.changes(epoch, seq);
      // What was sent meanwhile went past this client: the answer has to end there, or behind it.
      if (changes && changes.toSeq >= this.#sentSeq) return [changes.delta];
      if (changes) continue;
      const whole = await this.whole();
      return whole ? [whole] : [];
    }
  }

  /** The whole map for a relay, which is fed from there on; null before the map is opened. */
  async follow(relay: number): Promise<Uint8Array | null> {
    const whole = await this.#wholeMap();
    if (whole) this.#deps.relays.follow(relay, whole.seq);
    return whole?.bytes ?? null;
  }

  /** One that the next batch continues will do: a thousand who come at once cost one. */
  async #wholeMap(): Promise<WholeMap | null> {
    while (!this.#whole || this.#whole.seq < this.#sentSeq) {
      this.#asking ??= this.#deps.map.whole().finally(() => {
        this.#asking = null;
      });
      this.#whole = await this.#asking;
      if (!this.#whole) break;
    }
    return this.#whole;
  }

  async #send(): Promise<void> {
    const { broadcast, relays } = this.#deps;
    const isFirst = this.#isNew;
    this.#isNew = false;
    const known = new Map<number, Promise<News | null>>();
    const newsSince = (seq: number) => {
      const news = known.get(seq) ?? this.#newsSince(seq, isFirst);
      known.set(seq, news);
      return news;
    };
    const news = await newsSince(this.#sentSeq);
    if (news) this.#sentSeq = news.toSeq;
    await relays.offer(newsSince);
    if (news) await broadcast(news.bytes);
  }

  async #newsSince(seq: number, isFirst: boolean): Promise<News | null> {
    const { map } = this.#deps;
    const changes = await map.changes(map.epoch, seq);
    // A refusal is an entry that changes no seat.
    if (changes?.delta.length === NOTHING && !isFirst) return null;
    if (changes) return { bytes: changes.delta, toSeq: changes.toSeq };
    const whole = await map.whole();
    return whole && { bytes: whole.bytes, toSeq: whole.seq };
  }
}
