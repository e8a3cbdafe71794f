import { Admin } from "@platformatic/kafka";
import { LogStoreError } from "../log-store.ts";
import { asStoreError, unavailable } from "./failures.ts";
import type { BrokersOptions } from "./options.ts";
import { clientOptions, within } from "./wire.ts";

/** Retries of the library, which ends when the call's own limit does. */
const RETRIES = 3;
const RETRY_DELAY_MS = 200;

/** The library's client for topics and groups, made anew where a call did not end in time: its connections may hang. */
export class AdminClient {
  readonly #options: ReturnType<typeof clientOptions>;
  #admin: Admin;

  constructor(options: BrokersOptions) {
    this.#options = { ...clientOptions(options), retries: RETRIES };
    this.#admin = this.#create();
  }

  /** @throws LogStoreError UNAVAILABLE after `limitMs` */
  async call<T>(limitMs: number, run: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.#admin;
    try {
      return await within(limitMs, () => run(admin));
    } catch (error) {
      // Another call has given these connections up meanwhile.
      if (admin !== this.#admin) throw unavailable("the connection was given up");
      const known = asStoreError(error);
      if (known instanceof LogStoreError && known.code === "UNAVAILABLE") {
        this.#admin = this.#create();
        admin.close().catch(() => undefined);
      }
      throw known;
    }
  }

  async close(): Promise<void> {
    await this.#admin.close().catch(() => undefined);
  }

  #create(): Admin {
    const admin = new Admin({ ...this.#options, retryDelay: RETRY_DELAY_MS });
    // The next one begins with another broker: the library asks the first, also where it takes connections and hangs.
    const [first, ...others] = this.#options.bootstrapBrokers;
    this.#options.bootstrapBrokers = [...others, first!];
    // Errors reach whoever waits for an answer; as events that nobody listens to, they would end the process.
    admin.connections.on(
      "connecting" as never,
      (({ connection }: { connection: NodeJS.EventEmitter }) => {
        connection.on("error", () => undefined);
      }) as never,
    );
    return admin;
  }
}
