import { z } from "zod";
import type { EventConsumerRpc } from "#durable-objects/event-consumer/rpc.ts";
import type { SweeperRpc } from "#durable-objects/sweeper/rpc.ts";
import {
  environment,
  identityVariables,
  kafkaVariables,
  postgresVariables,
  redisVariables,
} from "#shared/config/environment.ts";
import { oidcProviders } from "./oidc/providers.ts";
import { previousPublicKeys } from "./published-keys.ts";

const variables = z.object({
  ...postgresVariables,
  ...kafkaVariables,
  ...identityVariables,
  ...redisVariables,
  /** Ed25519 private key as a JSON Web Key with a `kid`; signs access tokens. */
  JWT_PRIVATE_KEY: z.string().min(1),
  /** Keys that signed before it and still verify: a JSON array. */
  JWT_PREVIOUS_PUBLIC_KEYS: previousPublicKeys.optional(),
  /** Where the gateway is to browsers: providers send them back there. */
  PUBLIC_URL: z.url().default("http://localhost:8787"),
  OIDC_PROVIDERS: oidcProviders.optional(),
  JWT_EXPIRY_HOURS: z.coerce.number().min(0.01).max(168).default(1),
  REFRESH_EXPIRY_DAYS: z.coerce.number().min(1).max(365).default(30),
});

interface UsersBindings {
  NOTIFICATIONS_CONSUMER: DurableObjectNamespace<Rpc.DurableObjectBranded & EventConsumerRpc>;
  SWEEPER: DurableObjectNamespace<Rpc.DurableObjectBranded & SweeperRpc>;
}

/** The Worker's variables as they come, text and not yet validated, and its bindings. */
export type UsersEnv = z.input<typeof variables> & UsersBindings;

/** The Worker's variables, validated once. */
export const usersEnvironment = (env: object) => environment(env, variables);
