import { z } from "zod";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import type { EventConsumerRpc } from "#durable-objects/event-consumer/rpc.ts";
import type { SweeperRpc } from "#durable-objects/sweeper/rpc.ts";
import { environmentReader, identityVariables, kafkaVariables } from "#shared/config/environment.ts";

const variables = z.object({
  ...identityVariables,
  ...kafkaVariables,

  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, "a MongoDB connection string")
    .meta({
      description: "MongoDB connection string of this service's own database, with the database in it",
      example: "mongodb://payments:replace-me@127.0.0.1:5482/payments?authSource=payments",
    }),
  STRIPE_SECRET_KEY: z
    .string()
    .min(1)
    .meta({ description: "Stripe's secret key, `sk_test_…` or `sk_live_…`", example: "sk_test_replace-me" }),
  STRIPE_WEBHOOK_SECRET: z.string().min(1).meta({
    description: "The signing secret of the webhook endpoint, `whsec_…`",
    example: "whsec_replace-me",
  }),

  STRIPE_API_BASE: z.url().optional().meta({
    description: "Where Stripe's API is; Stripe's own address if absent",
    example: "http://127.0.0.1:5484",
  }),

  CHECKOUT_RETURN_URL: z.url().meta({
    description: "Where Stripe's page sends a buyer afterwards, with `bookingId` and `outcome`",
    example: "http://localhost:8787/docs",
  }),
});

export const paymentsEnvironment = environmentReader(variables);

type Consumers = DurableObjectNamespace<Rpc.DurableObjectBranded & EventConsumerRpc>;

export interface PaymentsBindings {
  DOCUMENTS: DurableObjectNamespace<Rpc.DurableObjectBranded & DocumentPoolRpc>;
  CONSUMER: Consumers;
  BOOKINGS_CONSUMER: Consumers;
  NOTIFICATIONS_CONSUMER: Consumers;
  SWEEPER: DurableObjectNamespace<Rpc.DurableObjectBranded & SweeperRpc>;
}

export type PaymentsEnv = z.input<typeof variables> & PaymentsBindings;
