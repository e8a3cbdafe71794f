import { applyDelta, decodeDelta, isDelta } from "#shared/seats/delta.ts";
import { decodeSeats, type PackedSeats } from "#shared/seats/packed.ts";

/** A client of a live map: it keeps the map, and asks where it has missed something. */
export class Watcher {
  readonly socket: WebSocket;
  map: PackedSeats | null = null;
  /** What has come: `whole`, `applied`, `known` or `gap` for a change, a text as it is, a code where it was closed. */
  readonly seen: (string | number)[] = [];
  /** Leaves out what comes, as a client does that was away. */
  isDeaf = false;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => this.#take(data as string | ArrayBuffer));
    socket.addEventListener("close", ({ code }) => void this.seen.push(code));
    socket.accept();
  }

  ask(): void {
    this.socket.send(JSON.stringify({ type: "since", epoch: this.map!.epoch, seq: this.map!.seq }));
  }

  #take(data: string | ArrayBuffer): void {
    if (this.isDeaf) return;
    if (typeof data === "string") {
      this.seen.push(data);
      return;
    }
    const bytes = new Uint8Array(data);
    if (!isDelta(bytes)) {
      this.map = decodeSeats(bytes);
      this.seen.push("whole");
      return;
    }
    const outcome = applyDelta(this.map!, decodeDelta(bytes));
    this.seen.push(outcome);
    if (outcome === "gap") this.ask();
  }
}

/** Connects to a map or a relay; the answer's status where it is no 101. */
export async function connect(
  stub: { fetch(url: string, init: RequestInit): Promise<Response> },
  headers: Record<string, string> = {},
  since = "",
): Promise<Watcher | Response> {
  const address = `https://watch/${since && `?since=${since}`}`;
  const answer = await stub.fetch(address, { headers: { upgrade: "websocket", ...headers } });
  return answer.webSocket ? new Watcher(answer.webSocket) : answer;
}
