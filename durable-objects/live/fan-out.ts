import type { Clock } from "#shared/clock.ts";
import {
  CLOSE,
  MAX_BEHIND_MS,
  MAX_OUTSTANDING_BYTES,
  MAX_TURNS,
  MESSAGE_BURST,
  MESSAGES_PER_SECOND,
  SENDS_A_TURN,
  SILENCE_MS,
  SWEEP_MS,
} from "./limits.ts";

/** A connection, as far as it is sent to. */
export interface Socket {
  send(message: string | Uint8Array): void;
  close(code: number, reason: string): void;
}

/** Asks a client to say where it is: it was left out while it was behind. */
export const MISSED = JSON.stringify({ type: "missed" });

interface Watcher {
  /** Bytes that it was sent and has not acknowledged. */
  outstanding: number;
  behindSince: number | null;
  seenAt: number;
  messages: number;
  messagesAt: number;
}

interface FanOutDeps<S extends Socket> {
  clock: Clock;
  /** Resolves once what has arrived meanwhile has had its turn. */
  nextTurn(): Promise<void>;
  /** When the runtime last answered a ping of this one for us; 0 where it never did. */
  pingedAt(socket: S): number;
}

/**
 * Sends one message to all watchers of an object. Who does not keep up is left out, and told so once it has caught up,
 * or closed: nothing waits for anybody, and what is held for one is bounded. Knows what it knows for one life of the
 * object: after it everybody has a clean slate.
 */
export class FanOut<S extends Socket> {
  readonly #deps: FanOutDeps<S>;
  readonly #watchers = new Map<S, Watcher>();
  #sweptAt: number;

  constructor(deps: FanOutDeps<S>) {
    this.#deps = deps;
    this.#sweptAt = deps.clock();
  }

  get size(): number {
    return this.#watchers.size;
  }

  add(socket: S): void {
    const now = this.#deps.clock();
    const messages = { messages: MESSAGE_BURST, messagesAt: now };
    this.#watchers.set(socket, { outstanding: 0, behindSince: null, seenAt: now, ...messages });
  }

  remove(socket: S): void {
    this.#watchers.delete(socket);
  }

  close(socket: S, { code, reason }: { code: number; reason: string }): void {
    this.remove(socket);
    try {
      socket.close(code, reason);
    } catch {
      // It is closed already.
    }
  }

  /** False where the watcher is behind, or gone. */
  send(socket: S, bytes: Uint8Array): boolean {
    const watcher = this.#watchers.get(socket);
    if (!watcher) return false;
    if (watcher.outstanding + bytes.length > MAX_OUTSTANDING_BYTES)
      watcher.behindSince ??= this.#deps.clock();
    if (watcher.behindSince !== null) return false;
    watcher.outstanding += bytes.length;
    return this.#write(socket, bytes);
  }

  /** Sends to all who are there now, some a turn. */
  async broadcast(bytes: Uint8Array): Promise<void> {
    const sockets = [...this.#watchers.keys()];
    const aTurn = Math.max(SENDS_A_TURN, Math.ceil(sockets.length / MAX_TURNS));
    let sends = 0;
    for (const socket of sockets) {
      if (!this.send(socket, bytes)) continue;
      sends += 1;
      if (sends % aTurn === 0) await this.#deps.nextTurn();
    }
    this.#sweep();
  }

  /** The watcher has read so many bytes more. One that was behind hears that it has missed something. */
  acknowledge(socket: S, bytes: number): void {
    const watcher = this.#watchers.get(socket);
    if (!watcher) return;
    watcher.outstanding = Math.max(0, watcher.outstanding - bytes);
    if (watcher.behindSince === null || watcher.outstanding > MAX_OUTSTANDING_BYTES / 2) return;
    watcher.behindSince = null;
    this.#write(socket, MISSED);
  }

  /** Whether the watcher may say something more just now. */
  hears(socket: S): boolean {
    const watcher = this.#watchers.get(socket);
    if (!watcher) return false;
    const now = this.#deps.clock();
    const earned = (Math.max(0, now - watcher.messagesAt) * MESSAGES_PER_SECOND) / 1_000;
    watcher.messages = Math.min(MESSAGE_BURST, watcher.messages + earned) - 1;
    watcher.messagesAt = now;
    watcher.seenAt = now;
    return watcher.messages >= 0;
  }

  /** Closes who has been behind for too long, and who gives no sign of life. */
  #sweep(): void {
    const now = this.#deps.clock();
    if (now - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = now;
    for (const [socket, { behindSince, seenAt }] of this.#watchers) {
      if (behindSince !== null && now - behindSince > MAX_BEHIND_MS) this.close(socket, CLOSE.TOO_SLOW);
      else if (now - Math.max(seenAt, this.#deps.pingedAt(socket)) > SILENCE_MS)
        this.close(socket, CLOSE.SILENT);
    }
  }

  #write(socket: S, message: string | Uint8Array): boolean {
    try {
      socket.send(message);
      return true;
    } catch {
      // It has gone, and the runtime has not told us yet.
      this.remove(socket);
      return false;
    }
  }
}
