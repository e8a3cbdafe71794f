import { createHash } from "node:crypto";
import { createClient } from "@redis/client";

const newClient = (port: number) =>
  createClient({ url: `redis://127.0.0.1:${port}`, RESP: 2, disableClientInfo: true }).on("error", () => {});

type Client = ReturnType<typeof newClient>;

/** Connections to a Redis server, asked in turn. What is asked of one of them in one turn goes out in one piece. */
export class Redis {
  readonly #clients: Client[];
  readonly #shas = new Map<string, string>();
  #turn = 0;

  private constructor(clients: Client[]) {
    this.#clients = clients;
  }

  /** @param scripts that are to be run */
  static async connect(port: number, pool: number, scripts: readonly string[]): Promise<Redis> {
    const clients = Array.from({ length: pool }, () => newClient(port));
    await Promise.all(clients.map((client) => client.connect()));
    const redis = new Redis(clients);
    for (const script of scripts) {
      await clients[0]!.sendCommand(["SCRIPT", "LOAD", script]);
      redis.#shas.set(script, createHash("sha1").update(script).digest("hex"));
    }
    return redis;
  }

  /** The connection whose turn it is. */
  next(): Client {
    this.#turn = (this.#turn + 1) % this.#clients.length;
    return this.#clients[this.#turn]!;
  }

  run(script: string, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const sha = this.#shas.get(script)!;
    return this.next().sendCommand(["EVALSHA", sha, String(keys.length), ...keys, ...args]);
  }

  async clear(): Promise<void> {
    await this.next().sendCommand(["FLUSHALL", "SYNC"]);
  }

  close(): void {
    for (const client of this.#clients) client.destroy();
  }
}
