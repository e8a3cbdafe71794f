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
      example: "mongodb://notifications:replace-me@127.0.0.1:5482/notifications?authSource=notifications",
    }),
  SMTP_HOST: z.string().min(1).meta({ description: "The mail server", example: "127.0.0.1" }),

  SMTP_PORT: z.coerce.number().int().min(1).max(65_535).default(587).meta({
    description:
      "465: TLS from the first byte. Any other: STARTTLS where the server offers it. Cloudflare lets nothing out on 25",
    example: "1025",
  }),

  SMTP_USERNAME: z.string().min(1).optional().meta({
    description: "Who signs in there. A password goes over TLS only, or to this very machine",
    example: "",
  }),
  SMTP_PASSWORD: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "Its password; both or neither", example: "" }),

  EMAIL_FROM: z
    .string()
    .regex(/^([^<>\r\n]*<)?[^<>@\s]+@[\w.-]+>?$/, "an address, or Name <address>")
    .meta({
      description: "The sender of every mail: an address, alone or as `Name <address>`",
      example: "'TicketFlow <tickets@ticketflow.dev>'",
    }),
});

export const notificationsEnvironment = environmentReader(variables);

export interface NotificationsBindings {
  DOCUMENTS: DurableObjectNamespace<Rpc.DurableObjectBranded & DocumentPoolRpc>;
  CONSUMER: DurableObjectNamespace<Rpc.DurableObjectBranded & EventConsumerRpc>;
  SWEEPER: DurableObjectNamespace<Rpc.DurableObjectBranded & SweeperRpc>;
}

export type NotificationsEnv = z.input<typeof variables> & NotificationsBindings;
