import { z } from "zod";
import type { AuditorRpc } from "#durable-objects/auditor/rpc.ts";
import type { EventConsumerRpc } from "#durable-objects/event-consumer/rpc.ts";
import { environmentReader, identityVariables, kafkaVariables } from "#shared/config/environment.ts";

const variables = z.object({ ...identityVariables, ...kafkaVariables });

export const operationsEnvironment = environmentReader(variables);

type Consumers = DurableObjectNamespace<Rpc.DurableObjectBranded & EventConsumerRpc>;

export interface OperationsBindings {
  AUDITOR: DurableObjectNamespace<Rpc.DurableObjectBranded & AuditorRpc>;
  INVENTORY_CONSUMER: Consumers;
  BOOKINGS_CONSUMER: Consumers;
  PAYMENTS_CONSUMER: Consumers;
  NOTIFICATIONS_CONSUMER: Consumers;
}

export type OperationsEnv = z.input<typeof variables> & OperationsBindings;
