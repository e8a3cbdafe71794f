import type { Clock } from "#shared/clock.ts";

/** Some fifty thousand watchers of one event. Each costs the map a call a batch. */
const MAX_RELAYS = 50;

/** Relays that seem full are asked again then: who was sent there may not have come, or has gone. */
const COUNT_AGAIN_MS = 10_000;

/** What a map has to tell after an entry, up to another. */
export interface News {
  bytes: Uint8Array;
  toSeq: number;
}

interface Feed {
  /** The relay has everything up to here. */
  sentSeq: number;
  isBusy: boolean;
  /** Something came while it was busy. */
  isBehind: boolean;
  /** How often it has asked for the map: before it takes a watcher while it has none. */
  asked: number;
}

interface RelayFeedsDeps {
  clock: Clock;
  /** The most watchers of one relay. */
  watchersEach: number;
  /** Gives a relay what is new; resolves with how many watchers it has, once they were sent it. */
  deliver(relay: number, bytes: Uint8Array): Promise<number>;
  /** Keeps the numbers of the relays for the next life of the object. */
  keep(relays: number[]): void;
  /** A relay is free again, and lacks something: what is new is to be offered once more, some time after a failure. */
  again(error?: unknown): void;
}

/**
 * The relays that a map feeds. Each has a pace of its own: while one has not taken what it was given, the others go on,
 * and what comes meanwhile is one piece for it. A relay without watchers is forgotten, until it asks again.
 */
export class RelayFeeds {
  readonly #deps: RelayFeedsDeps;
  readonly #feeds = new Map<number, Feed>();
  /** By relay: its watchers, as far as is known. */
  readonly #watchers = new Map<number, number>();
  #countedAt = Number.NEGATIVE_INFINITY;

  /** `known` are those that the object fed in its last life, and `seq` is where it has woken. */
  constructor(deps: RelayFeedsDeps, known: readonly number[], seq: number) {
    this.#deps = deps;
    for (const relay of known) this.#feed(relay, seq);
  }

  get size(): number {
    return this.#feeds.size;
  }

  /** The first relay that has a place, which counts as taken; undefined where all are full. `full` has said that it is. */
  withRoom(full: number | null): number | undefined {
    const { watchersEach, clock } = this.#deps;
    if (full !== null) this.#watchers.set(full, watchersEach);
    const found = this.#firstWithRoom();
    if (found !== undefined || clock() - this.#countedAt < COUNT_AGAIN_MS) return found;
    // A relay that is full says so itself, and is noted again.
    this.#countedAt = clock();
    this.#watchers.clear();
    return this.#firstWithRoom();
  }

  #firstWithRoom(): number | undefined {
    const { watchersEach } = this.#deps;
    for (let relay = 1; relay <= MAX_RELAYS; relay++) {
      const watchers = this.#watchers.get(relay) ?? 0;
      if (watchers >= watchersEach) continue;
      this.#watchers.set(relay, watchers + 1);
      return relay;
    }
    return undefined;
  }

  /** A relay was given the map as it was at `seq`, and is fed from there on. */
  follow(relay: number, seq: number): void {
    if (!this.#feeds.has(relay)) {
      this.#feed(relay, seq);
      this.#deps.keep([...this.#feeds.keys()]);
    }
    this.#feeds.get(relay)!.asked += 1;
  }

  /** Gives every relay that is not busy what it lacks: what `newsSince` has, or null where there is nothing new. */
  async offer(newsSince: (seq: number) => Promise<News | null>): Promise<void> {
    for (const [relay, feed] of [...this.#feeds]) {
      feed.isBehind = feed.isBusy;
      if (feed.isBusy) continue;
      const news = await newsSince(feed.sentSeq);
      if (news) void this.#deliver(relay, feed, news);
    }
  }

  async #deliver(relay: number, feed: Feed, { bytes, toSeq }: News): Promise<void> {
    const { asked } = feed;
    feed.isBusy = true;
    try {
      const watchers = await this.#deps.deliver(relay, bytes);
      feed.sentSeq = toSeq;
      this.#watchers.set(relay, watchers);
      // One that has asked meanwhile has a watcher by now.
      if (watchers === 0 && feed.asked === asked) this.#forget(relay);
      else if (feed.isBehind) this.#deps.again();
    } catch (error) {
      this.#deps.again(error);
    }
    feed.isBusy = false;
  }

  #feed(relay: number, sentSeq: number): void {
    this.#feeds.set(relay, { sentSeq, isBusy: false, isBehind: false, asked: 0 });
  }

  #forget(relay: number): void {
    this.#feeds.delete(relay);
    this.#deps.keep([...this.#feeds.keys()]);
  }
}
