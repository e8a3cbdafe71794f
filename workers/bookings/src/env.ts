import { z } from "zod";
import type { EventConsumerRpc } from "#durable-objects/event-consumer/rpc.ts";
import type { SweeperRpc } from "#durable-objects/sweeper/rpc.ts";
import {
  environmentReader,
  identityVariables,
  kafkaVariables,
  postgresVariables,
} from "#shared/config/environment.ts";
import type { EventsRpc } from "#shared/rpc/events.ts";
import type { InventoryRpc } from "#shared/rpc/inventory.ts";
import type { BookingsDeskRpc } from "./use-cases/desk-rpc.ts";

const variables = z.object({ ...identityVariables, ...kafkaVariables, ...postgresVariables });

export const bookingsEnvironment = environmentReader(variables);

type Consumers = DurableObjectNamespace<Rpc.DurableObjectBranded & EventConsumerRpc>;

export interface BookingsBindings {
  EVENTS: Service<Rpc.WorkerEntrypointBranded & EventsRpc>;
  INVENTORY: Service<Rpc.WorkerEntrypointBranded & InventoryRpc>;
  CONSUMER: Consumers;
  INVENTORY_CONSUMER: Consumers;
  PAYMENTS_CONSUMER: Consumers;
  NOTIFICATIONS_CONSUMER: Consumers;
  SWEEPER: DurableObjectNamespace<Rpc.DurableObjectBranded & SweeperRpc>;
  DESK: DurableObjectNamespace<Rpc.DurableObjectBranded & BookingsDeskRpc>;
}

export type BookingsEnv = z.input<typeof variables> & BookingsBindings;
