import { join } from "node:path";
import { MongoClient } from "mongodb";
import { Connection } from "#durable-objects/document-pool/connection.ts";
import { answer } from "#durable-objects/document-pool/execute.ts";
import { migrateMongo } from "#local/migrate/mongo.ts";
import { startRedisRest } from "#local/redis/server.ts";
import type { Logger } from "#shared/observability/log.ts";
import { lossy } from "#shared/redis/lossy.ts";
import { redis } from "#shared/redis/redis.ts";
import type { Envelope, OutgoingMessage } from "#shared/saga/envelope.ts";
import { answerCache } from "../../../workers/events/src/repositories/answer-cache.ts";
import type { EventDocument } from "../../../workers/events/src/repositories/documents.ts";
import { eventsStore } from "../../../workers/events/src/repositories/repositories.ts";
import { redisViews, type Tally } from "../../../workers/events/src/repositories/views.ts";
import type { EventsDeps } from "../../../workers/events/src/use-cases/deps.ts";
import { startTestMongo } from "../../support/mongo-server.ts";

const MIGRATION = join(import.meta.dirname, "../../../migrations/mongo/events.json");
const TOKEN = "redis-token";
const QUIET: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The events service over real stand-ins, with a clock that stands until it is moved. */
export interface EventsWorld {
  deps: EventsDeps;
  /** Epoch ms; a test may move it. */
  now: number;
  /** What was handed to Kafka. */
  sent: Envelope[];
  /** An isolate of the service more: the same stores, counts of its own. */
  isolate(): EventsDeps;
  /** An event as it is stored. */
  stored(id: string): Promise<EventDocument | null>;
  /** Puts a document there as it is. */
  put(document: object): Promise<void>;
  stopRedis(): Promise<void>;
  close(): Promise<void>;
}

export async function startEventsWorld(): Promise<EventsWorld> {
  const server = await startTestMongo("events");
  const { uri } = server;
  const connection = new Connection(uri);
  const admin = new MongoClient(uri);
  await migrateMongo({ uri, file: MIGRATION });
  const events = admin.db().collection<EventDocument>("events");
  const redisRest = await startRedisRest({ port: 0, token: TOKEN });
  const url = `http://127.0.0.1:${redisRest.port}`;
  let stopped = false;

  const clock = () => world.now;
  const isolate = (): EventsDeps => {
    const variables = { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: TOKEN };
    const forgetful = lossy(redis(variables, { clock, logger: QUIET }));
    const tally: Tally = { views: new Map(), flushedAt: 0 };
    return {
      store: eventsStore({ run: (command) => answer(() => connection.db(), command) }),
      cache: answerCache(forgetful),
      views: redisViews(forgetful, clock, tally),
      clock,
      async send(messages: OutgoingMessage[]) {
        world.sent.push(...messages.map(({ value }) => JSON.parse(value) as Envelope));
      },
      traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
    };
  };
  const world: EventsWorld = {
    deps: null as unknown as EventsDeps,
    now: Date.now(),
    sent: [],
    isolate,
    stored: (id) => events.findOne({ _id: id }),
    async put(document) {
      await events.insertOne(document as EventDocument);
    },
    async stopRedis() {
      if (!stopped) await redisRest.close();
      stopped = true;
    },
    async close() {
      await world.stopRedis();
      await connection.close();
      await admin.close();
      await server.close();
    },
  };
  world.deps = isolate();
  return world;
}
