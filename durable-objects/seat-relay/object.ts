import { DurableObject } from "cloudflare:workers";
import { systemClock } from "#shared/clock.ts";
import { within } from "#shared/within.ts";
import { RELAY_EVENT_HEADER, RELAY_NUMBER_HEADER } from "../live/headers.ts";
import { Watchers } from "../live/watchers.ts";
import type { FollowedMapRpc } from "../seat-map/rpc.ts";
import { Mirror } from "./mirror.ts";
import type { SeatRelayRpc } from "./rpc.ts";

/** Which relay of which event's map it is: said by the request that brings a watcher, and kept with each socket. */
interface Place {
  eventId: string;
  relay: number;
}

/** A map answers in milliseconds; a watcher that waits longer had better connect again. */
const FOLLOW_LIMIT_MS = 5_000;

/** Watchers that a map does not carry itself. It stores nothing: what it knows it can ask for again. */
export abstract class SeatRelayObject<Env> extends DurableObject<Env> implements SeatRelayRpc {
  readonly #mirror = new Mirror();
  readonly #watchers: Watchers;
  #following: Promise<void> | null = null;
  #place: Place | null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const source = {
      whole: () => this.#whole(),
      since: async (epoch: number, seq: number) => {
        const known = this.#mirror.since(epoch, seq);
        if (known) return known;
        const whole = await this.#whole();
        return whole ? [whole] : [];
      },
    };
    this.#watchers = new Watchers(ctx, source, systemClock);
    this.#place = ctx.getWebSockets()[0]?.deserializeAttachment() ?? null;
  }

  protected abstract mapOf(eventId: string): FollowedMapRpc;

  /** The most watchers that one relay takes. */
  protected abstract mostWatchers(): number;

  override async fetch(request: Request): Promise<Response> {
    const eventId = request.headers.get(RELAY_EVENT_HEADER) ?? "";
    this.#place = { eventId, relay: Number(request.headers.get(RELAY_NUMBER_HEADER)) };
    return this.#watchers.upgrade(request, this.mostWatchers(), this.#place);
  }

  async deliver(bytes: Uint8Array): Promise<number> {
    this.#mirror.take(bytes);
    await this.#watchers.fanOut.broadcast(bytes);
    // The map forgets a relay without watchers; then what is known here grows old.
    if (this.#watchers.count === 0) this.#mirror.forget();
    return this.#watchers.count;
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    return this.#watchers.message(socket, message);
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    this.#watchers.closed(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    this.#watchers.closed(socket);
  }

  async #whole(): Promise<Uint8Array | null> {
    if (!this.#mirror.whole()) {
      this.#following ??= this.#follow().finally(() => {
        this.#following = null;
      });
      await this.#following;
    }
    return this.#mirror.whole();
  }

  async #follow(): Promise<void> {
    if (!this.#place) return;
    const { eventId, relay } = this.#place;
    const bytes = await within(FOLLOW_LIMIT_MS, this.mapOf(eventId).follow(relay));
    if (bytes) this.#mirror.take(bytes);
  }
}
