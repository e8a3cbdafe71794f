import { z } from "zod";
import type { EventConsumerRpc } from "#durable-objects/event-consumer/rpc.ts";
import type { SweeperRpc } from "#durable-objects/sweeper/rpc.ts";
import {
  environmentReader,
  identityVariables,
  kafkaVariables,
  postgresVariables,
} from "#shared/config/environment.ts";
import type { OutboxRow } from "#shared/postgres/relay.ts";
import type { EventsRpc } from "#shared/rpc/events.ts";
import type { InventoryRpc } from "#shared/rpc/inventory.ts";

/** The object that sends what bookings wrote: now what it is given, and later what others left. */
export interface BookingsSweeperRpc extends SweeperRpc {
  /** Sends these rows, and whatever else it is given meanwhile, together. Resolves once they are sent and forgotten. */
  relay(rows: OutboxRow[]): Promise<void>;
}

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
  SWEEPER: DurableObjectNamespace<Rpc.DurableObjectBranded & BookingsSweeperRpc>;
}

export type BookingsEnv = z.input<typeof variables> & BookingsBindings;
