import { env } from "cloudflare:workers";
import type { Clock } from "#shared/clock.ts";
import { SeatRelayObject } from "../../seat-relay/object.ts";
import type { SeatRelayRpc } from "../../seat-relay/rpc.ts";
import { NO_LIMITS } from "../core/buyer-limits.ts";
import { SeatMapObject } from "../object.ts";
import type { FollowedMapRpc, LedgerSegment, SeatAnswer } from "../rpc.ts";
import { MemoryArchive } from "./memory-archive.ts";
import { moodyArchive } from "./moody-archive.ts";
import type { ArchiveMood } from "./object-property.ts";

export const LOCK_TTL_MS = 300_000;

/** What the tests set and see; they run in the Worker's own isolate. */
export const world = {
  /** Ahead of the runtime's clock, so that no alarm goes off but by a test's word. */
  now: Date.now() + 86_400_000,
  publisherIsDown: false,
  entriesPerSnapshot: 5_000,
  buyerLimits: NO_LIMITS,
  /** The id of the object whose answers are collected: one of an earlier test may still wake by its alarm. */
  watched: "",
  published: [] as SeatAnswer[],
  archiveMood: "up" as ArchiveMood,
  archive: new MemoryArchive(),
  directWatchers: 1_000,
  relayWatchers: 2,
  /** No relay reaches its map. */
  isAway: false,
  /** Deliveries that relays took. */
  deliveries: 0,
};

export const archive = moodyArchive(world);

const bindings = env as unknown as {
  SEAT_MAP: DurableObjectNamespace<Rpc.DurableObjectBranded & FollowedMapRpc>;
  SEAT_RELAY: DurableObjectNamespace<Rpc.DurableObjectBranded & SeatRelayRpc>;
};

/** A relay of a map that is found by its event's id. */
export class TestSeatRelay extends SeatRelayObject<Cloudflare.Env> {
  protected override mapOf(eventId: string): FollowedMapRpc {
    if (world.isAway) return { follow: () => Promise.reject(new Error("the map is away")) };
    return bindings.SEAT_MAP.getByName(eventId);
  }

  protected override mostWatchers(): number {
    return world.relayWatchers;
  }

  override deliver(bytes: Uint8Array): Promise<number> {
    world.deliveries += 1;
    return super.deliver(bytes);
  }
}

/** A SeatMap whose answers are collected, and whose clock the tests move. */
export class TestSeatMap extends SeatMapObject<Cloudflare.Env> {
  protected override async publish(answers: SeatAnswer[]): Promise<void> {
    if (world.publisherIsDown) throw new Error("the publisher is down");
    if (this.ctx.id.toString() === world.watched) world.published.push(...answers);
  }

  protected override async archive(segment: LedgerSegment): Promise<void> {
    if (this.ctx.id.toString() === world.watched) await archive.append(segment);
  }

  protected override config() {
    return {
      lockTtlMs: LOCK_TTL_MS,
      entriesPerSnapshot: world.entriesPerSnapshot,
      buyerLimits: world.buyerLimits,
      live: world,
    };
  }

  protected override relayOf(eventId: string, relay: number): SeatRelayRpc {
    return bindings.SEAT_RELAY.getByName(`${eventId}:${relay}`);
  }

  protected override clock(): Clock {
    return () => world.now;
  }
}
