import type { Clock } from "#shared/clock.ts";
import { clientMessageIn, pointIn } from "./client-message.ts";
import { FanOut } from "./fan-out.ts";
import { ADDRESS_HEADER, USER_HEADER } from "./headers.ts";
import { CLOSE, MAX_PER_ADDRESS, MAX_PER_USER } from "./limits.ts";
import { rest } from "./turn.ts";

/** Where the watchers of an object get their map from. All of it is on disk by the time it is given. */
export interface MapSource {
  /** The whole map; null where there is none. */
  whole(): Promise<Uint8Array | null>;
  /** What brings a client that is at this entry up to date: changes, or the whole map. */
  since(epoch: number, seq: number): Promise<Uint8Array[]>;
}

/** The hibernating WebSockets of one object, each of which watches an event's seats. */
export class Watchers {
  readonly fanOut: FanOut<WebSocket>;
  readonly #ctx: DurableObjectState;
  readonly #source: MapSource;
  /** Those whose first map is on its way to them. */
  #arriving = 0;

  /** Takes over the sockets that outlived an earlier life of the object. */
  constructor(ctx: DurableObjectState, source: MapSource, clock: Clock, nextTurn = rest) {
    this.#ctx = ctx;
    this.#source = source;
    this.fanOut = new FanOut<WebSocket>({
      clock,
      nextTurn,
      pingedAt: (socket) => ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0,
    });
    // The runtime answers a ping without waking the object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    for (const socket of ctx.getWebSockets()) this.fanOut.add(socket);
  }

  get count(): number {
    return this.fanOut.size + this.#arriving;
  }

  /**
   * Answers an upgrade: 101, or 404 where there is no map, 429 where the address or the user has enough of them,
   * 503 where `most` are here. `attachment` is kept with the socket.
   */
  async upgrade(request: Request, most: number, attachment: unknown = null): Promise<Response> {
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket")
      return new Response(null, { status: 426 });
    this.#arriving += 1;
    let first: (Uint8Array | null)[];
    try {
      const point = pointIn(new URL(request.url).searchParams.get("since"));
      first = point ? await this.#source.since(point.epoch, point.seq) : [await this.#source.whole()];
    } finally {
      this.#arriving -= 1;
    }
    // From here to the end in one turn: nobody slips in between the count and the place, nor a batch.
    const tags = tagsOf(request);
    if (this.count >= most) return new Response(null, { status: 503 });
    if (this.#isOver(tags)) return new Response(null, { status: 429 });
    if (first.length === 0 || first.includes(null)) return new Response(null, { status: 404 });
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, Object.values(tags));
    server.serializeAttachment(attachment);
    this.fanOut.add(server);
    for (const bytes of first) this.fanOut.send(server, bytes!);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Sockets are counted by their tags, which outlive the object's memory. */
  #isOver({ address, user }: Tags): boolean {
    const count = (tag: string | undefined) => (tag ? this.#ctx.getWebSockets(tag).length : 0);
    return count(address) >= MAX_PER_ADDRESS || count(user) >= MAX_PER_USER;
  }

  async message(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const asked = this.fanOut.hears(socket) ? clientMessageIn(message) : undefined;
    if (!asked) this.fanOut.close(socket, CLOSE.NOT_ALLOWED);
    else if (asked.type === "ack") this.fanOut.acknowledge(socket, asked.bytes);
    else await this.#bringUpToDate(socket, asked);
  }

  async #bringUpToDate(socket: WebSocket, { epoch, seq }: { epoch: number; seq: number }): Promise<void> {
    try {
      for (const bytes of await this.#source.since(epoch, seq)) this.fanOut.send(socket, bytes);
    } catch {
      // Without an answer it would wait for one.
      this.fanOut.close(socket, CLOSE.TRY_AGAIN);
    }
  }

  closed(socket: WebSocket): void {
    this.fanOut.remove(socket);
  }
}

interface Tags {
  address?: string;
  user?: string;
}

function tagsOf({ headers }: Request): Tags {
  const [address, user] = [headers.get(ADDRESS_HEADER), headers.get(USER_HEADER)];
  return { ...(address ? { address: `address:${address}` } : {}), ...(user ? { user: `user:${user}` } : {}) };
}
