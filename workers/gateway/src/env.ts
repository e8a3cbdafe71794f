import { z } from "zod";
import type { RateLimiterRpc } from "#durable-objects/rate-limiter/rpc.ts";
import { environmentReader, redisVariables } from "#shared/config/environment.ts";
import type { ServiceName } from "#shared/contracts/route.ts";
import type { ViewsRpc } from "#shared/rpc/events.ts";
import type { UsersRpc } from "#shared/rpc/users.ts";
import { rateLimitVariables } from "./rate-limits/limits.ts";

const variables = z.object({
  GATEWAY_PRIVATE_KEY: z.string().min(1).meta({
    description:
      "Ed25519 private key as a JSON Web Key. Signs what the gateway tells a service about the caller",
    example: '\'{"kty":"OKP","crv":"Ed25519","x":"replace-me","d":"replace-me","kid":"gateway-1"}\'',
  }),

  CORS_ORIGINS: z.string().default("*").meta({
    description: "Origins of browsers that may call, separated by commas without spaces; `*` for any",
    example: "*",
  }),

  CLIENT_ADDRESS_HEADER: z
    .string()
    .regex(/^[a-z-]+$/)
    .default("cf-connecting-ip")
    .meta({
      description:
        "The header in which whoever is in front names a caller's address, whatever the caller sent; `none`: all callers are one address",
      example: "cf-connecting-ip",
    }),
  ...rateLimitVariables,
  ...redisVariables,
});

export const gatewayEnvironment = environmentReader(variables);

/** The Workers behind the gateway, by the name of their service. */
export const BINDINGS = {
  users: "USERS",
  events: "EVENTS",
  inventory: "INVENTORY",
  bookings: "BOOKINGS",
  payments: "PAYMENTS",
  notifications: "NOTIFICATIONS",
  operations: "OPERATIONS",
} as const satisfies Record<Exclude<ServiceName, "gateway">, string>;

export type BackendService = keyof typeof BINDINGS;

interface GatewayBindings extends Record<(typeof BINDINGS)[BackendService], Fetcher> {
  RATE_LIMITER: DurableObjectNamespace<Rpc.DurableObjectBranded & RateLimiterRpc>;
  /** Users again, for questions. */
  SESSIONS: Service<Rpc.WorkerEntrypointBranded & UsersRpc>;
  /** Events again, to be told what was looked at. */
  VIEWS: Service<Rpc.WorkerEntrypointBranded & ViewsRpc>;
}

export type GatewayEnv = z.input<typeof variables> & GatewayBindings;

export type GatewayHono = { Bindings: GatewayEnv; Variables: { requestId: string; traceparent: string } };
