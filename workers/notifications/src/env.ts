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
  SMTP_HOST: z.string().min(1),
  /** 465: TLS from the first byte. Any other: STARTTLS where the server offers it. */
  SMTP_PORT: z.coerce.number().int().min(1).max(65_535).default(587),
  /** Both or neither. */
  SMTP_USERNAME: z.string().min(1).optional(),
  SMTP_PASSWORD: z.string().min(1).optional(),
  /** The sender of every mail: an address, alone or as `Name <address>`. */
  EMAIL_FROM: z.string().regex(/^([^<>\r\n]*<)?[^<>@\s]+@[\w.-]+>?$/, "an address, or Name <address>"),
});

export const notificationsEnvironment = (env: object) => environment(env, variables);

export interface NotificationsBindings {
  DOCUMENTS: DurableObjectNamespace<Rpc.DurableObjectBranded & DocumentPoolRpc>;
  CONSUMER: DurableObjectNamespace<Rpc.DurableObjectBranded & EventConsumerRpc>;
  SWEEPER: DurableObjectNamespace<Rpc.DurableObjectBranded & SweeperRpc>;
}

export type NotificationsEnv = z.input<typeof variables> & NotificationsBindings;
