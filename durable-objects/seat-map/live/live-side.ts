import type { Clock } from "#shared/clock.ts";
import { within } from "#shared/within.ts";
import { FULL_RELAY_HEADER, RELAY_HEADER } from "../../live/headers.ts";
import { rest } from "../../live/turn.ts";
import { Watchers } from "../../live/watchers.ts";
import type { SeatRelayRpc } from "../../seat-relay/rpc.ts";
import { LiveMap, type WatchedMap } from "./live-map.ts";
import { RelayFeeds } from "./relay-feeds.ts";

/** How many watch from where. */
export interface LiveConfig {
  /** Watchers of the map itself; those that come after them are given to relays. */
  directWatchers: number;
  /** Watchers of each relay. */
  relayWatchers: number;
}

interface FlushingMap {
  /** Resolves when the flush under way has ended, however it ends; undefined where there is none. */
  readonly flushUnderWay: Promise<void> | undefined;
}

/** A lock that has come goes before the watchers who were not sent to yet, and its answer too. */
export const betweenSends = (map: FlushingMap) => async (): Promise<void> => {
  await rest();
  await map.flushUnderWay;
};

interface LiveSideDeps {
  ctx: DurableObjectState;
  map: WatchedMap & FlushingMap;
  clock: Clock;
  config: LiveConfig;
  /** Undefined where there are none: then the map's own watchers are all. */
  relayOf: ((relay: number) => SeatRelayRpc) | undefined;
  log(event: string, fields: Record<string, unknown>): void;
}

/** Under this key the object keeps which relays it feeds. */
const RELAYS_KEY = "live-relays";

/** A relay that has not sent something on by then is given it again, with what has come since. */
const DELIVERY_LIMIT_MS = 5_000;

/** A map's sockets and relays, and what they are told. */
export class LiveSide {
  readonly watchers: Watchers;
  readonly map: LiveMap;
  readonly #relays: RelayFeeds;
  readonly #deps: LiveSideDeps;

  constructor(deps: LiveSideDeps) {
    this.#deps = deps;
    const { ctx, map, clock, config, relayOf, log } = deps;
    const { kv } = ctx.storage;
    this.#relays = new RelayFeeds(
      {
        clock,
        watchersEach: relayOf ? config.relayWatchers : 0,
        deliver: (relay, bytes) => within(DELIVERY_LIMIT_MS, relayOf!(relay).deliver(bytes)),
        keep: (relays) => kv.put(RELAYS_KEY, relays),
        again: (error) => this.map.again(error),
      },
      relayOf ? (kv.get<number[]>(RELAYS_KEY) ?? []) : [],
      map.durableSeq,
    );
    const source = {
      whole: () => this.map.whole(),
      since: (epoch: number, seq: number) => this.map.since(epoch, seq),
    };
    this.watchers = new Watchers(ctx, source, clock, betweenSends(map));
    this.map = new LiveMap({
      map,
      clock,
      watchers: () => this.watchers.count,
      broadcast: (bytes) => this.watchers.fanOut.broadcast(bytes),
      relays: this.#relays,
      after: (ms, work) => void setTimeout(work, ms),
      failed: (error) => log("seat_map_live_failed", { error: String(error) }),
    });
  }

  /** Answers an upgrade as {@link Watchers} does, or with 307 and the number of the relay that has a place. */
  async upgrade(request: Request): Promise<Response> {
    const { directWatchers } = this.#deps.config;
    const full = request.headers.get(FULL_RELAY_HEADER);
    const answer = await this.watchers.upgrade(request, directWatchers);
    const relay = answer.status === 503 ? this.#relays.withRoom(full ? Number(full) : null) : undefined;
    return relay ? new Response(null, { status: 307, headers: { [RELAY_HEADER]: String(relay) } }) : answer;
  }
}
