import { z } from "zod";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import type { EventConsumerRpc } from "#durable-objects/event-consumer/rpc.ts";
import type { SweeperRpc } from "#durable-objects/sweeper/rpc.ts";
import { environment, identityVariables, kafkaVariables } from "#shared/config/environment.ts";

const variables = z.object({
  ...identityVariables,
  ...kafkaVariables,
  /** A MongoDB connection string with the database in it. */
  MONGODB_URI: z.string().regex(/^mongodb(\+srv)?:\/\//, "a MongoDB connection string"),
  STRIPE_SECRET_KEY: z.string().min(1),
  STRIPE_WEBHOOK_SECRET: z.string().min(1),
  /** Where Stripe's API is; Stripe's own address when absent. */
  STRIPE_API_BASE: z.url().optional(),
  /** Where Stripe's payment page sends a buyer afterwards, with `bookingId` and `outcome` (`paid` or `left`). */
  CHECKOUT_RETURN_URL: z.url(),
});

export const paymentsEnvironment = (env: object) => environment(env, variables);

type Consumers = DurableObjectNamespace<Rpc.DurableObjectBranded & EventConsumerRpc>;

export interface PaymentsBindings {
  DOCUMENTS: DurableObjectNamespace<Rpc.DurableObjectBranded & DocumentPoolRpc>;
  CONSUMER: Consumers;
  BOOKINGS_CONSUMER: Consumers;
  NOTIFICATIONS_CONSUMER: Consumers;
  SWEEPER: DurableObjectNamespace<Rpc.DurableObjectBranded & SweeperRpc>;
}

export type PaymentsEnv = z.input<typeof variables> & PaymentsBindings;
