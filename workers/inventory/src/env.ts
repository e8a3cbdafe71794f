import { z } from "zod";
import type { EventConsumerRpc } from "#durable-objects/event-consumer/rpc.ts";
import type { SeatMapRpc } from "#durable-objects/seat-map/rpc.ts";
import {
  environmentReader,
  identityVariables,
  kafkaVariables,
  postgresVariables,
} from "#shared/config/environment.ts";
import type { EventsRpc } from "#shared/rpc/events.ts";

const variables = z.object({
  ...identityVariables,
  ...kafkaVariables,
  ...postgresVariables,

  SEAT_LOCK_TTL_SECONDS: z.coerce.number().int().min(65).max(3_600).default(300).meta({
    description: "How long a lock holds its seats, 65 to 3600 seconds. No payment starts in the last 60",
    example: "300",
  }),
});

export const inventoryEnvironment = environmentReader(variables);

export interface InventoryBindings {
  EVENTS: Service<Rpc.WorkerEntrypointBranded & EventsRpc>;
  SEAT_MAP: DurableObjectNamespace<Rpc.DurableObjectBranded & SeatMapRpc>;
  CONSUMER: DurableObjectNamespace<Rpc.DurableObjectBranded & EventConsumerRpc>;
  BOOKINGS_CONSUMER: DurableObjectNamespace<Rpc.DurableObjectBranded & EventConsumerRpc>;
}

export type InventoryEnv = z.input<typeof variables> & InventoryBindings;
