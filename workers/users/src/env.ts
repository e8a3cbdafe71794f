import { z } from "zod";
import type { EventConsumerRpc } from "#durable-objects/event-consumer/rpc.ts";
import type { SweeperRpc } from "#durable-objects/sweeper/rpc.ts";
import {
  environmentReader,
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

  JWT_PRIVATE_KEY: z.string().min(1).meta({
    description: "Ed25519 private key as a JSON Web Key with a `kid`. Signs access tokens",
    example: '\'{"kty":"OKP","crv":"Ed25519","x":"replace-me","d":"replace-me","kid":"users-1"}\'',
  }),

  JWT_PREVIOUS_PUBLIC_KEYS: previousPublicKeys.optional().meta({
    description:
      "Public keys that signed before it and still verify, a JSON array, at most 5: how a key is changed is in [users](services/users.md)",
    example: '\'[{"kty":"OKP","crv":"Ed25519","x":"replace-me","kid":"users-0"}]\'',
  }),

  PUBLIC_URL: z.url().default("http://localhost:8787").meta({
    description: "Where browsers reach the gateway: sign-in providers send them back there",
    example: "http://localhost:8787",
  }),
  OIDC_PROVIDERS: oidcProviders.optional().meta({
    description:
      "OpenID Connect providers, JSON: name to `issuer`, `clientId`, `clientSecret`?, `scopes`? (`openid email profile`). Their redirect address is `PUBLIC_URL/api/users/oidc/<name>/callback`",
    example:
      '\'{"example":{"issuer":"https://login.example","clientId":"replace-me","clientSecret":"replace-me"}}\'',
  }),
  JWT_EXPIRY_HOURS: z.coerce
    .number()
    .min(0.01)
    .max(168)
    .default(1)
    .meta({ description: "How long an access token is valid, 0.01 to 168 hours", example: "1" }),
  REFRESH_EXPIRY_DAYS: z.coerce
    .number()
    .min(1)
    .max(365)
    .default(30)
    .meta({ description: "How long a refresh token is valid, 1 to 365 days", example: "30" }),
});

interface UsersBindings {
  NOTIFICATIONS_CONSUMER: DurableObjectNamespace<Rpc.DurableObjectBranded & EventConsumerRpc>;
  SWEEPER: DurableObjectNamespace<Rpc.DurableObjectBranded & SweeperRpc>;
}

/** The Worker's variables as they come, text and not yet validated, and its bindings. */
export type UsersEnv = z.input<typeof variables> & UsersBindings;

/** The Worker's variables, validated once. */
export const usersEnvironment = environmentReader(variables);
