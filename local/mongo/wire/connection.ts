import { once } from "node:events";
import type { Socket } from "node:net";
import { asFailure, errorReply, MongoFailure } from "../errors.ts";
import { MAX_QUEUED_REQUESTS } from "../limits.ts";
import { frameReply, isLegacy, messageLength, parseMessage, type Request, requestIdOf } from "./message.ts";
import { encodeReply } from "./reply.ts";
import type { Doc } from "./values.ts";

/** Answers one request; never throws for what the client did. */
export type RequestHandler = (request: Request) => Promise<Doc>;

/**
 * One client's socket: cuts the byte stream into messages and answers them in order, one at a time.
 * A message that cannot be read is answered with an error; only a broken frame costs the connection.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #handle: RequestHandler;
  readonly #incompleteTimeoutMs: number;
  #chunks: Buffer[] = [];
  #buffered = 0;
  #queue: Buffer[] = [];
  #busy = false;
  #broken: MongoFailure | null = null;
  #lastReplyId = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, handle: RequestHandler, incompleteTimeoutMs: number) {
    this.#socket = socket;
    this.#handle = handle;
    this.#incompleteTimeoutMs = incompleteTimeoutMs;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("close", () => clearTimeout(this.#timer));
    socket.on("error", () => socket.destroy());
  }

  #receive(chunk: Buffer): void {
    if (this.#broken) return;
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    this.#cut();
    clearTimeout(this.#timer);
    if (this.#buffered > 0 && !this.#broken) {
      this.#timer = setTimeout(() => this.#socket.destroy(), this.#incompleteTimeoutMs);
      this.#timer.unref();
    }
    if (this.#queue.length > MAX_QUEUED_REQUESTS) this.#socket.pause();
    void this.#pump();
  }

  /** Moves whole messages from the buffer to the queue. */
  #cut(): void {
    while (this.#buffered >= 4) {
      const head = (this.#chunks[0]?.length ?? 0) >= 4 ? this.#chunks[0] : this.#join();
      if (!head) return;
      let length: number;
      try {
        length = messageLength(head);
      } catch (error) {
        this.#broken = asFailure(error) ?? new MongoFailure(17, "unreadable message");
        this.#queue.push(this.#join());
        return;
      }
      if (this.#buffered < length) return;
      const all = this.#join();
      this.#queue.push(all.subarray(0, length));
      this.#chunks = all.length > length ? [all.subarray(length)] : [];
      this.#buffered -= length;
    }
  }

  #join(): Buffer {
    const [only] = this.#chunks;
    const joined = only && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }

  async #pump(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let message = this.#queue.shift(); message; message = this.#queue.shift()) {
      if (this.#broken && this.#queue.length === 0) {
        await this.#send(errorReply(this.#broken), requestIdOf(message), isLegacy(message), false);
        this.#socket.end();
        break;
      }
      await this.#answer(message);
      if (this.#queue.length === 0 && this.#socket.isPaused()) this.#socket.resume();
    }
    this.#busy = false;
  }

  async #answer(message: Buffer): Promise<void> {
    let request: Request;
    try {
      request = parseMessage(message);
    } catch (error) {
      // What is no failure of its own is a read past the end: an inner length that lies.
      const failure = asFailure(error) ?? new MongoFailure(22, "message is shorter than its parts claim");
      return this.#send(errorReply(failure), requestIdOf(message), isLegacy(message), false);
    }
    const reply = await this.#handle(request);
    if (request.oneWay) return;
    if (request.exhaustAllowed && request.body.topologyVersion) return this.#stream(request, reply);
    return this.#send(reply, request.requestId, request.legacy, false);
  }

  /**
   * The streaming monitor: one awaitable hello, answered again and again until the client hangs up.
   * Every reply answers the one before it, and waits on the topology version that the one before it told.
   */
  async #stream(request: Request, first: Doc): Promise<void> {
    let reply = first;
    let responseTo = request.requestId;
    while (!this.#socket.destroyed) {
      const more = reply.ok === 1;
      await this.#send(reply, responseTo, false, more);
      if (!more) return;
      responseTo = this.#lastReplyId;
      request.body.topologyVersion = reply.topologyVersion;
      reply = await this.#handle(request);
    }
  }

  async #send(reply: Doc, responseTo: number, legacy: boolean, moreToCome: boolean): Promise<void> {
    if (this.#socket.destroyed) return;
    this.#lastReplyId = (this.#lastReplyId + 1) & 0x7fffffff;
    const ids = { requestId: this.#lastReplyId, responseTo };
    const drained = this.#socket.write(frameReply(encodeReply(reply), ids, { legacy, moreToCome }));
    if (drained) return;
    const gone = new AbortController();
    const closed = () => gone.abort();
    this.#socket.once("close", closed);
    await once(this.#socket, "drain", { signal: gone.signal }).catch(() => {});
    this.#socket.off("close", closed);
  }
}
