import { DurableObject } from "cloudflare:workers";
import { type Clock, systemClock } from "#shared/clock.ts";
import type { LedgerRow } from "#shared/rpc/inventory.ts";
import { within } from "#shared/within.ts";
import { turn } from "../live/turn.ts";
import type { SeatRelayRpc } from "../seat-relay/rpc.ts";
import type { BuyerLimits } from "./core/buyer-limits.ts";
import { type LiveConfig, LiveSide } from "./live/live-side.ts";
import type {
  AuditedDecision,
  DecisionView,
  FollowedMapRpc,
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
} from "./rpc.ts";
import { SeatMapService } from "./service/seat-map-service.ts";
import { SqliteStorage } from "./storage/sqlite.ts";

export interface SeatMapConfig {
  /** How long a lock holds its places before they must be confirmed. */
  lockTtlMs: number;
  /** What one buyer may have of the event; no limits, if left out. */
  buyerLimits?: BuyerLimits;
  /** As {@link SeatMapService} has it, if left out. */
  entriesPerSnapshot?: number;
  /** {@link LIVE}, if left out. */
  live?: LiveConfig;
}

/** What one object carries at ten batches a second, measured; a map that has relays is better left with fewer. */
const LIVE: LiveConfig = { directWatchers: 1_000, relayWatchers: 1_000 };

/** A publisher or an archive that says nothing for so long has failed, and is then tried again. */
const HAND_ON_TIMEOUT_MS = 10_000;

/** The Durable Object of one event's seats. Only wiring: what it does is in `service/` and `core/`. */
export abstract class SeatMapObject<Env> extends DurableObject<Env> implements SeatMapRpc, FollowedMapRpc {
  #woken: { service: SeatMapService; live: LiveSide } | undefined;

  /** Hands answers on to the saga; resolves once they are durable there. May be called twice for one answer. */
  protected abstract publish(answers: SeatAnswer[]): Promise<void>;

  /** Keeps rows of the log for good; resolves once they are durable there. May be called twice for one row. */
  protected abstract archive(segment: LedgerSegment): Promise<void>;

  protected abstract config(): SeatMapConfig;

  /** The relay of this number of this event's map; where there are none, no more watch than the map carries. */
  protected relayOf?(eventId: string, relay: number): SeatRelayRpc;

  protected clock(): Clock {
    return systemClock;
  }

  async apply(commands: SeatCommand[]): Promise<SeatResult[]> {
    return this.#service.apply(commands);
  }

  async open(plan: SeatPlan): Promise<OpenResult> {
    return this.#service.open(plan);
  }

  async learnGeometry(geometry: SeatGeometry): Promise<boolean> {
    return this.#service.learnGeometry(geometry);
  }

  async close(): Promise<void> {
    return this.#service.close();
  }

  async isClosed(): Promise<boolean> {
    return this.#service.isClosed();
  }

  async view(): Promise<SeatMapView> {
    return this.#service.view();
  }

  async viewWithIds(): Promise<SeatMapView & { seatIds: string[] }> {
    return this.#service.viewWithIds();
  }

  async changes(epoch: number, sinceSeq: number): Promise<SeatChanges | null> {
    return this.#service.changes(epoch, sinceSeq);
  }

  async decision(ownerId: string): Promise<DecisionView | null> {
    return this.#service.decision(ownerId);
  }

  async layout(): Promise<string | null> {
    return this.#service.layout();
  }

  async head(): Promise<SeatMapHead> {
    return this.#service.head();
  }

  async counters(): Promise<SeatMapCounters> {
    return this.#service.counters();
  }

  async decisions(from: number, limit: number): Promise<AuditedDecision[]> {
    return this.#service.decisions(from, limit);
  }

  async decisionsOf(ownerIds: string[]): Promise<AuditedDecision[]> {
    return this.#service.decisionsOf(ownerIds);
  }

  async ledger(fromSeq: number, limit: number): Promise<LedgerRow[]> {
    return this.#service.ledger(fromSeq, limit);
  }

  async poke(): Promise<void> {
    return this.#service.poke();
  }

  /** An upgrade to a WebSocket, of one who watches; see {@link LiveSide}. */
  override async fetch(request: Request): Promise<Response> {
    return this.#awake.live.upgrade(request);
  }

  async follow(relay: number): Promise<Uint8Array | null> {
    return this.#awake.live.map.follow(relay);
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    return this.#awake.live.watchers.message(socket, message);
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    this.#awake.live.watchers.closed(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    this.#awake.live.watchers.closed(socket);
  }

  /** Never throws: an alarm that does is tried in vain and dropped. A map that cannot wake waits for a person and a poke. */
  override async alarm(): Promise<void> {
    try {
      await this.#service.alarm();
    } catch (error) {
      console.error(JSON.stringify({ event: "seat-map-cannot-wake", error: String(error) }));
    }
  }

  get #service(): SeatMapService {
    return this.#awake.service;
  }

  /** Woken by the first call, not by the constructor: subclasses are not whole before that. */
  get #awake() {
    this.#woken ??= this.#wake();
    return this.#woken;
  }

  #wake(): { service: SeatMapService; live: LiveSide } {
    const { storage } = this.ctx;
    const log = (event: string, fields: Record<string, unknown>) =>
      console.warn(JSON.stringify({ event, ...fields }));
    const service = new SeatMapService({
      storage: new SqliteStorage(storage),
      clock: this.clock(),
      random: Math.random,
      ...this.config(),
      publish: (answers) => within(HAND_ON_TIMEOUT_MS, this.publish(answers)),
      archive: (segment) => within(HAND_ON_TIMEOUT_MS, this.archive(segment)),
      nextTurn: turn,
      synced: () => storage.sync(),
      abort: (error) => this.ctx.abort(`the seat map cannot write: ${String(error)}`),
      setAlarm: (at) => void storage.setAlarm(at),
      flushed: () => live.map.flushed(),
      log,
    });
    const relayOf = this.relayOf && ((relay: number) => this.relayOf!(service.eventId, relay));
    const config = this.config().live ?? LIVE;
    const live = new LiveSide({ ctx: this.ctx, map: service, clock: systemClock, config, relayOf, log });
    return { service, live };
  }
}
