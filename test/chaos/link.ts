import { connect, createServer, type Server, type Socket } from "node:net";
import { HOST } from "#local/config.ts";
import { listen } from "#local/shared/listen.ts";
import { Flow } from "./flow.ts";

/** What is wrong with a link, until it is healed. */
export type Trouble =
  /** Nobody listens, and what was open is cut. */
  | { kind: "refuse" }
  /** Every piece of bytes comes so much later, in order. */
  | { kind: "delay"; ms: number }
  /** Connections are taken and kept, and nothing comes through; it comes when the link is healed. */
  | { kind: "silence" };

interface Pair {
  near: Socket;
  far: Socket;
  flows: Flow[];
}

/** A TCP proxy on the loopback address, between those who call a server and the server. */
export class Link {
  readonly #pairs = new Set<Pair>();
  readonly #target: number;
  #port: number;
  #server: Server | null = null;
  #trouble: Trouble | null = null;

  private constructor(port: number, target: number) {
    this.#port = port;
    this.#target = target;
  }

  /** Listens on `port` (0: any free one) and leads to the port `target`. Rejects when the port is taken. */
  static async open(port: number, target: number): Promise<Link> {
    const link = new Link(port, target);
    await link.#listen();
    return link;
  }

  get port(): number {
    return this.#port;
  }

  /** Resets every open connection, at both of its ends. @returns how many there were */
  cut(): number {
    const cut = this.#pairs.size;
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
    return cut;
  }

  /** From now on, in place of whatever was wrong before. */
  trouble(trouble: Trouble): void {
    this.#trouble = trouble;
    if (trouble.kind !== "refuse") {
      this.#hold();
      return;
    }
    this.#server?.close();
    this.#server = null;
    this.cut();
  }

  /** All is well again: what was held back goes out at once, in order. Rejects when the port was taken meanwhile. */
  async heal(): Promise<void> {
    this.#trouble = null;
    this.#hold();
    if (!this.#server) await this.#listen();
  }

  /** Ends it with all of its connections. */
  close(): void {
    this.#server?.close();
    this.#server = null;
    this.cut();
  }

  async #listen(): Promise<void> {
    // What one end has finished saying may still be answered by the other.
    const server = createServer({ allowHalfOpen: true }, (near) => this.#accept(near));
    this.#port = await listen(server, this.#port);
    this.#server = server;
  }

  #accept(near: Socket): void {
    const far = connect({ host: HOST, port: this.#target, allowHalfOpen: true });
    near.setNoDelay(true);
    far.setNoDelay(true);
    const pair: Pair = { near, far, flows: [new Flow(near, far), new Flow(far, near)] };
    this.#pairs.add(pair);
    this.#holdOf(pair);
    const end = (other: Socket) => () => {
      this.#pairs.delete(pair);
      other.destroy();
    };
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      // A server that is not there is what the caller hears of: the connection that it has got is reset.
      one.once("error", () => other.resetAndDestroy());
      one.once("close", end(other));
    }
  }

  #hold(): void {
    for (const pair of this.#pairs) this.#holdOf(pair);
  }

  #holdOf({ flows }: Pair): void {
    const trouble = this.#trouble;
    const delayMs =
      trouble?.kind === "silence" ? Number.POSITIVE_INFINITY : trouble?.kind === "delay" ? trouble.ms : 0;
    for (const flow of flows) flow.setDelay(delayMs);
  }
}
