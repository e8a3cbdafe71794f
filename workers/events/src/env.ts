import { z } from "zod";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import type { EventConsumerRpc } from "#durable-objects/event-consumer/rpc.ts";
import type { SweeperRpc } from "#durable-objects/sweeper/rpc.ts";
import {
  environmentReader,
  identityVariables,
  kafkaVariables,
  redisVariables,
} from "#shared/config/environment.ts";
import type { EdgeCacheRpc } from "#shared/rpc/gateway.ts";

const variables = z.object({
  ...identityVariables,
  ...kafkaVariables,
  ...redisVariables,

  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, "a MongoDB connection string")
    .meta({
      description: "MongoDB connection string of this service's own database, with the database in it",
      example: "mongodb://events:replace-me@127.0.0.1:5482/events?authSource=events",
    }),
});

export const eventsEnvironment = environmentReader(variables);

type Consumers = DurableObjectNamespace<Rpc.DurableObjectBranded & EventConsumerRpc>;

export interface EventsBindings {
  EDGE: Service<Rpc.WorkerEntrypointBranded & EdgeCacheRpc>;
  DOCUMENTS: DurableObjectNamespace<Rpc.DurableObjectBranded & DocumentPoolRpc>;
  SWEEPER: DurableObjectNamespace<Rpc.DurableObjectBranded & SweeperRpc>;
  INVENTORY_CONSUMER: Consumers;
  BOOKINGS_CONSUMER: Consumers;
  NOTIFICATIONS_CONSUMER: Consumers;
}

export type EventsEnv = z.input<typeof variables> & EventsBindings;
