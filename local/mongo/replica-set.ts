import { setTimeout as wait } from "node:timers/promises";
import { ObjectId } from "bson";
import type { ConnectionState } from "./commands/context.ts";
import { dispatch } from "./commands/dispatch.ts";
import { type Engine, type EngineOptions, openEngine } from "./engine.ts";
import { type Listener, openListener } from "./listener.ts";
import { electionId, type Member, type MemberView } from "./member.ts";
import type { RequestHandler } from "./wire/connection.ts";

const HOST = "127.0.0.1";
/** Commands that monitors ask: what befalls a write or a read leaves them alone. */
const WATCHING = new Set(["hello", "ismaster", "isMaster"]);

/** What may befall the set, by the index of a member. There is an election only when one is asked for. */
export type ReplicaSet = {
  /** One for each member, the same for as long as the set lives. */
  ports: readonly number[];
  /** The primary gives up its office, and stays as a secondary with its connections, as after `replSetStepDown`. */
  stepDown(): void;
  /** This member is the primary from now on, in the next term. */
  elect(member: number): void;
  /** A member's process is gone, with its connections and, where it was the primary, its office. */
  kill(member: number): Promise<void>;
  /** It is back, as a secondary. */
  revive(member: number): Promise<void>;
  /** It takes connections and bytes and answers nothing, as a process that stands still. */
  freeze(member: number): void;
  /** It goes on, with all that has come meanwhile. */
  thaw(member: number): void;
  /** Every command takes so much longer from now on (ms), those of monitors excepted. */
  slowDown(ms: number): void;
  /** The next command of this name is carried out, and its connection cut instead of answered. @returns once it is cut */
  loseAnswerTo(name: string): Promise<void>;
  /** TCP connections to all members: open now, and the most that were open at once since `recount`. */
  connections(): { now: number; most: number };
  recount(): void;
  close(): Promise<void>;
};

/** What a member is and has, while the set lives. */
type Seat = { port: number; listener: Listener | null; open: number; processId: ObjectId; view: MemberView };

/**
 * A replica set whose members are listeners over one store: what the primary has taken every member has at once. The
 * driver sees elections, members that go and come back, and refusals; it does not see lag, rollback or a minority.
 * Tests alone use it.
 */
export async function startReplicaSet(options: EngineOptions & { members: number }): Promise<ReplicaSet> {
  const set = new MemberSet(await openEngine(options));
  await set.open(options.members);
  return set;
}

class MemberSet implements ReplicaSet {
  readonly #engine: Engine;
  readonly #seats: Seat[] = [];
  readonly #frozen = new Map<number, PromiseWithResolvers<void>>();
  #news = Promise.withResolvers<void>();
  #primary: number | null = 0;
  #term = 1;
  #most = 0;
  #slowMs = 0;
  #lost: { name: string; cut: () => void } | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async open(members: number): Promise<void> {
    for (let index = 0; index < members; index++) {
      this.#seats.push({ port: 0, listener: null, open: 0, processId: new ObjectId(), view: NO_VIEW });
      await this.#listen(index);
    }
    this.#tell();
  }

  get ports(): number[] {
    return this.#seats.map(({ port }) => port);
  }

  stepDown(): void {
    this.#primary = null;
    this.#tell();
  }

  elect(member: number): void {
    if (!this.#seats[member]?.listener) throw new Error(`member ${member} is not there`);
    this.#primary = member;
    this.#term += 1;
    this.#tell();
  }

  async kill(member: number): Promise<void> {
    const { listener } = this.#seats[member]!;
    this.#seats[member]!.listener = null;
    if (this.#primary === member) this.stepDown();
    await listener?.close();
  }

  async revive(member: number): Promise<void> {
    this.#seats[member]!.processId = new ObjectId();
    await this.#listen(member);
  }

  freeze(member: number): void {
    this.#frozen.set(member, Promise.withResolvers());
  }

  thaw(member: number): void {
    this.#frozen.get(member)?.resolve();
    this.#frozen.delete(member);
  }

  slowDown(ms: number): void {
    this.#slowMs = ms;
  }

  loseAnswerTo(name: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#lost = { name, cut: resolve };
    return promise;
  }

  connections(): { now: number; most: number } {
    return { now: this.#open(), most: this.#most };
  }

  recount(): void {
    this.#most = this.#open();
  }

  async close(): Promise<void> {
    for (const member of this.#frozen.keys()) this.thaw(member);
    await Promise.all(this.#seats.map(({ listener }) => listener?.close()));
    await this.#engine.close();
  }

  async #listen(index: number): Promise<void> {
    const seat = this.#seats[index]!;
    const { processId } = seat;
    const member: Member = { processId, view: () => seat.view, changed: () => this.#news.promise };
    seat.listener = await openListener({
      port: seat.port,
      memberOf: () => member,
      handlerOf: (connection, socket) => this.#handler(index, connection, () => socket.destroy()),
      onConnections: (open) => {
        seat.open = open;
        this.#most = Math.max(this.#most, this.#open());
      },
    });
    seat.port = seat.listener.port;
  }

  #handler(index: number, connection: ConnectionState, cut: () => void): RequestHandler {
    return async (request) => {
      await this.#frozen.get(index)?.promise;
      const [name = ""] = Object.keys(request.body);
      if (this.#slowMs > 0 && !WATCHING.has(name)) await wait(this.#slowMs, undefined, { ref: false });
      const reply = await dispatch(this.#engine.state, connection, request);
      if (name === this.#lost?.name && reply.ok === 1) {
        const lost = this.#lost;
        this.#lost = null;
        cut();
        lost.cut();
      }
      return reply;
    };
  }

  /** Every member sees the new state at once. */
  #tell(): void {
    const hosts = this.ports.map((port) => `${HOST}:${port}`);
    const primary = this.#primary === null ? null : hosts[this.#primary]!;
    for (const [index, seat] of this.#seats.entries()) {
      const counter = seat.view.counter + 1;
      seat.view = { me: hosts[index]!, hosts, primary, electionId: electionId(this.#term), counter };
    }
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  #open(): number {
    return this.#seats.reduce((sum, { open }) => sum + open, 0);
  }
}

const NO_VIEW: MemberView = { me: "", hosts: [], primary: null, electionId: electionId(0), counter: 0 };
