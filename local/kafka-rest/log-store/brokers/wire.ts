import { setTimeout as delay } from "node:timers/promises";
import {
  type API,
  apiVersionsV1,
  apiVersionsV3,
  Base,
  type Broker,
  type Connection,
  type ConnectionOptions,
  ConnectionPool,
  kGetApi,
  kGetBootstrapConnection,
  kListApis,
  NetworkError,
  TimeoutError,
} from "@platformatic/kafka";
import { asStoreError, isTransient, reports, unavailable } from "./failures.ts";
import {
  CALL_LIMIT_MS,
  CONNECT_LIMIT_MS,
  MIN_ATTEMPT_MS,
  REQUEST_LIMIT_MS,
  RETRY_DELAY_MS,
} from "./limits.ts";
import type { BrokersOptions } from "./options.ts";

const CLIENT_ID = "ticketflow-kafka-rest";
const CLIENT_VERSION = "1";
type ApiVersions = apiVersionsV3.ApiVersionsResponse["apiKeys"];
/** A connection's requests are answered one after another; what waits behind one has a limit of its own. */
const MAX_IN_FLIGHT = 1_000;

/** The options that every client of the library takes. Its own retries are off: `Wire.persist` bounds them. */
export function clientOptions({ brokers, tls, sasl }: BrokersOptions) {
  const connection: ConnectionOptions = {
    connectTimeout: CONNECT_LIMIT_MS,
    // Longer than every limit of ours: after its own, the library leaves the connection in a state that answers nothing.
    requestTimeout: 60_000,
    maxInflights: MAX_IN_FLIGHT,
    ...(tls ? { tls, tlsServerName: true } : {}),
    ...(sasl ? { sasl } : {}),
  };
  return { clientId: CLIENT_ID, bootstrapBrokers: [...brokers], retries: 0, ...connection };
}

/** Requests of Kafka's protocol, each with a time limit, over connections that mend themselves. */
export class Wire {
  readonly #options: ReturnType<typeof clientOptions>;
  readonly #base: Base;
  readonly #pools: ConnectionPool[] = [];
  readonly #seen = new WeakSet<Connection>();
  /** Which broker is asked first where any will do, and in whose turn a connection was made. */
  #turn = 0;
  readonly #turns = new WeakMap<Connection, number>();
  #listing: Promise<ApiVersions> | undefined;
  #closed = false;

  constructor(options: BrokersOptions) {
    this.#options = clientOptions(options);
    this.#base = new Base(this.#options);
    // The library asks one broker for its versions, and no other where that one hangs.
    this.#base[kListApis] = (callback) => {
      this.#listing ??= this.#versions().finally(() => {
        this.#listing = undefined;
      });
      this.#listing.then(
        (apis) => callback(null, apis),
        (error) => callback(error, undefined as never),
      );
    };
  }

  /** Connections of their own, one per broker: what is sent over one pool does not wait for what goes over another. */
  pool(): ConnectionPool {
    const { clientId, bootstrapBrokers: _, retries: __, ...connection } = this.#options;
    const pool = new ConnectionPool(clientId, connection);
    this.#pools.push(pool);
    return pool;
  }

  /** The newest version of a request that the brokers and the library both speak. */
  api<Arguments extends unknown[], Response>(name: string): Promise<API<Arguments, Response>> {
    return limited(CALL_LIMIT_MS, () => {
      return new Promise((resolve, reject) => {
        this.#base[kGetApi]<Arguments, Response>(name, (error, api) =>
          error ? reject(error) : resolve(api!),
        );
      });
    });
  }

  /** A connection to any broker: the one asked last, until it does not answer in time. */
  async any(): Promise<Connection> {
    const turn = this.#turn;
    try {
      const connection = await limited(CONNECT_LIMIT_MS, () => {
        return new Promise<Connection>((resolve, reject) => {
          const done = (error: Error | null, found?: Connection) => (error ? reject(error) : resolve(found!));
          this.#base[kGetBootstrapConnection](done, turn);
        });
      });
      this.#turns.set(connection, turn);
      return this.#guard(connection);
    } catch (error) {
      this.#passOver(turn);
      throw error;
    }
  }

  // Several who wait for the same broker pass it over once.
  #passOver(turn: number | undefined): void {
    if (turn === this.#turn) this.#turn += 1;
  }

  async to(pool: ConnectionPool, broker: Broker): Promise<Connection> {
    return this.#guard(await limited(CONNECT_LIMIT_MS, () => pool.get(broker)));
  }

  /** Sends one request. What is not answered in time costs the connection, so that nobody waits behind it. */
  async send<Arguments extends unknown[], Response>(
    connection: Connection,
    api: API<Arguments, Response>,
    args: Arguments,
    limitMs = REQUEST_LIMIT_MS,
  ): Promise<Response> {
    const answer = api.async(connection, ...args);
    return await limited(
      limitMs,
      () => answer,
      () => {
        this.#passOver(this.#turns.get(connection));
        discard(connection);
      },
    );
  }

  /**
   * Tries until it succeeds, fails for good or `limitMs` is over, which ends in UNAVAILABLE. `mend` is called before
   * each further attempt.
   */
  async persist<T>(
    limitMs: number,
    run: () => Promise<T>,
    mend?: (error: unknown) => Promise<void>,
  ): Promise<T> {
    const until = performance.now() + limitMs;
    const left = () => until - performance.now();
    for (;;) {
      try {
        return await limited(Math.max(left(), MIN_ATTEMPT_MS), run);
      } catch (error) {
        if (!isTransient(error) || left() < RETRY_DELAY_MS + MIN_ATTEMPT_MS || this.#closed)
          throw asStoreError(error);
        await delay(RETRY_DELAY_MS);
        await limited(Math.max(left(), MIN_ATTEMPT_MS), () => mend?.(error)).catch(() => undefined);
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([this.#base.close(), ...this.#pools.map((pool) => pool.close())]);
  }

  async #versions(): Promise<ApiVersions> {
    return await this.persist(CALL_LIMIT_MS, async () => {
      const ask = async (api: typeof apiVersionsV3.api) =>
        (await this.send(await this.any(), api, [CLIENT_ID, CLIENT_VERSION])).apiKeys;
      try {
        return await ask(apiVersionsV3.api);
      } catch (error) {
        if (!reports(error, "UNSUPPORTED_VERSION")) throw error;
        return await ask(apiVersionsV1.api);
      }
    });
  }

  // Errors reach whoever waits for an answer; as events that nobody listens to, they would end the process.
  #guard(connection: Connection): Connection {
    if (!this.#seen.has(connection)) connection.on("error", () => undefined);
    this.#seen.add(connection);
    return connection;
  }
}

/** @throws a transient error after `limitMs`, once `onLimit` was called */
async function limited<T>(limitMs: number, run: () => Promise<T> | T, onLimit?: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      onLimit?.();
      reject(new TimeoutError(`no answer within ${Math.round(limitMs)} ms`, { canRetry: true }));
    }, limitMs);
  });
  try {
    return await Promise.race([run(), limit]);
  } finally {
    clearTimeout(timer);
  }
}

function discard(connection: Connection): void {
  connection.close().catch(() => undefined);
  // A peer that has stopped reading would keep a polite close waiting.
  connection.socket?.destroy(new NetworkError("the connection was given up"));
}

/** A limit for calls of the library's own clients, which have none over all their requests. */
export async function within<T>(limitMs: number, run: () => Promise<T>): Promise<T> {
  try {
    return await limited(limitMs, run);
  } catch (error) {
    throw error instanceof TimeoutError ? unavailable(error.message) : error;
  }
}
