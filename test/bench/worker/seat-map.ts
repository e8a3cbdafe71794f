import { SeatMapObject } from "#durable-objects/seat-map/object.ts";
import type { SeatCommand, SeatResult } from "#durable-objects/seat-map/rpc.ts";
import { LOCK_TTL_MS, type SeatReply, type SeatRequest } from "../wire.ts";

/** The SeatMap as it is; what it hands on is taken at once, and a WebSocket at the object itself brings it requests. */
export class BenchSeatMap extends SeatMapObject<Cloudflare.Env> {
  protected override async publish(): Promise<void> {}

  protected override async archive(): Promise<void> {}

  protected override config() {
    return { lockTtlMs: LOCK_TTL_MS };
  }

  /** At `/live` who watches, as ever. */
  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname.endsWith("/live")) return super.fetch(request);
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    server.addEventListener("message", ({ data }) => void this.#answer(server, String(data)));
    return new Response(null, { status: 101, webSocket: client });
  }

  async #answer(socket: WebSocket, message: string): Promise<void> {
    const asked = JSON.parse(message) as SeatRequest | SeatRequest[];
    const requests = Array.isArray(asked) ? asked : [asked];
    const results = await this.apply(requests.map(commandOf));
    const replies = results.map((result, at) => replyOf(requests[at]!, result));
    socket.send(JSON.stringify(Array.isArray(asked) ? replies : replies[0]));
  }

  /** Leaves nothing that could wake while another contender is measured. */
  async end(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.ctx.abort("its run is over");
  }
}

export function commandOf({ type, buyer, seats }: SeatRequest): SeatCommand {
  const owner = { kind: "booking", id: buyer, userId: buyer } as const;
  return type === "lock"
    ? { type, owner, seatIds: seats, generalAdmission: [] }
    : { type, owner, reason: "given back" };
}

export function replyOf({ id }: SeatRequest, { outcome }: SeatResult): SeatReply {
  if (outcome === "LOCKED" || outcome === "REFUSED" || outcome === "RELEASED") return { id, outcome };
  return { id, outcome: "FAILED" };
}
