import { join } from "node:path";
import { MongoClient } from "mongodb";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { Connection } from "#durable-objects/document-pool/connection.ts";
import { answer } from "#durable-objects/document-pool/execute.ts";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import { startTestCatcher, type TestCatcher } from "#local/mail/testing.ts";
import { migrateMongo } from "#local/migrate/mongo.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import type { Envelope } from "#shared/saga/envelope.ts";
import type { Outcome } from "#shared/saga/handlers.ts";
import type { Mailer } from "../../../workers/notifications/src/core/mailer.ts";
import type { Notification } from "../../../workers/notifications/src/core/notification.ts";
import { handleBatch } from "../../../workers/notifications/src/handlers/handle-batch.ts";
import {
  mongoNotifications,
  type Notifications,
} from "../../../workers/notifications/src/repositories/notifications.ts";
import { smtpMailer } from "../../../workers/notifications/src/smtp/smtp-mailer.ts";
import type { NotificationsDeps } from "../../../workers/notifications/src/use-cases/deps.ts";
import { sweep } from "../../../workers/notifications/src/use-cases/sweep.ts";
import { startTestMongo } from "../../support/mongo-server.ts";

const MIGRATION = join(import.meta.dirname, "../../../migrations/mongo/notifications.json");
const FROM = "TicketFlow <tickets@ticketflow.test>";

/** The notifications service as it is, over a real database and a real mail server, with a clock of the test's own. */
export class World {
  readonly catcher: TestCatcher;
  readonly notifications: Notifications;
  readonly #pool: DocumentPoolRpc;
  readonly #clear: () => Promise<void>;
  /** What was logged, to see that no address is in it. */
  logged: string[] = [];
  #now = Date.now();

  /** @param clear takes every document away */
  constructor(catcher: TestCatcher, pool: DocumentPoolRpc, clear: () => Promise<void>) {
    this.catcher = catcher;
    this.#pool = pool;
    this.#clear = clear;
    this.notifications = mongoNotifications(pool);
  }

  deps(over: Partial<NotificationsDeps> = {}): NotificationsDeps {
    const log = (message: string, fields: object = {}) =>
      void this.logged.push(`${message} ${JSON.stringify(fields)}`);
    return {
      notifications: this.notifications,
      mailer: this.mailer(),
      from: FROM,
      clock: () => this.#now,
      random: () => 1,
      logger: { info: log, warn: log, error: log },
      ...over,
    };
  }

  /** @param stepMs how long an answer of the mail server is waited for */
  mailer(stepMs = 5_000): Mailer {
    const { port } = this.catcher;
    const limits = { connectMs: 2_000, stepMs, mailMs: stepMs };
    return smtpMailer({ host: "127.0.0.1", port, from: FROM, credentials: null, limits });
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  get now(): number {
    return this.#now;
  }

  /** Hands messages over, as the consumer does. */
  async deliver(messages: Envelope[], deps = this.deps()): Promise<Outcome["kind"][]> {
    return (await handleBatch(deps, messages)).map(({ kind }) => kind);
  }

  /** One sweep, as the alarm makes it: what a backend that is out leaves undone is for the next one. */
  async sweep(deps = this.deps()): Promise<void> {
    await sweep(deps).catch((error: unknown) => {
      if (!(error instanceof Unavailable)) throw error;
    });
  }

  /** The repository, without any mail. */
  async empty(): Promise<Notifications> {
    await this.#clear();
    return this.notifications;
  }

  /** A mail as the log has it. */
  async logOf(userId: string): Promise<Notification[]> {
    return (await this.notifications.recent(userId, 100)).reverse();
  }

  /** The same database under a repository that dies at a call. */
  dying(at: keyof Notifications): Notifications {
    const alive = mongoNotifications(this.#pool);
    let isDead = false;
    return new Proxy(alive, {
      get: (target, name, receiver) => {
        const call = Reflect.get(target, name, receiver) as (...args: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]) => {
          isDead ||= name === at;
          if (isDead) throw new Error(`crashed before ${String(name)}`);
          return call.apply(target, args);
        };
      },
    });
  }
}

/** A world for the tests of a file. Every test makes its own users and bookings. */
export function useWorld(): () => World {
  let world: World;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const server = await startTestMongo("notifications");
    const { uri } = server;
    const admin = new MongoClient(uri);
    await migrateMongo({ uri, file: MIGRATION });
    const clear = async () => {
      for (const name of ["notifications", "cancelled_events"])
        await admin.db().collection(name).deleteMany({});
    };
    const connection = new Connection(uri);
    const catcher = await startTestCatcher();
    world = new World(catcher, { run: (command) => answer(() => connection.db(), command) }, clear);
    close = async () => {
      await catcher.close();
      await connection.close();
      await admin.close();
      await server.close();
    };
  });
  beforeEach(() => {
    world.logged = [];
  });
  afterEach(() => world.catcher.heal());
  afterAll(() => close());
  return () => world;
}
