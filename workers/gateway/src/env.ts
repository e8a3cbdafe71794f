import { z } from "zod";
import type { RateLimiterRpc } from "#durable-objects/rate-limiter/rpc.ts";
import { environment, redisVariables } from "#shared/config/environment.ts";
import type { ServiceName } from "#shared/contracts/route.ts";
import type { UsersRpc } from "#shared/rpc/users.ts";
import { rateLimitVariables } from "./rate-limits/limits.ts";

const variables = z.object({
  /** Ed25519 private key as a JSON Web Key; signs what the gateway tells a service about the caller. */
  GATEWAY_PRIVATE_KEY: z.string().min(1),
  /** Origins of browsers that may call, separated by commas; `*` for any. */
  CORS_ORIGINS: z.string().default("*"),
  /**
   * The header that names a caller's address, set by whoever is in front of us whatever the caller sent; "none" where
   * nobody is: then all callers are one address.
   */
  CLIENT_ADDRESS_HEADER: z
    .string()
    .regex(/^[a-z-]+$/)
    .default("cf-connecting-ip"),
  ...rateLimitVariables,
  ...redisVariables,
});

export const gatewayEnvironment = (env: object) => environment(env, variables);

/** The Workers behind the gateway, by the name of their service. */
export const BINDINGS = {
  users: "USERS",
  events: "EVENTS",
  inventory: "INVENTORY",
  bookings: "BOOKINGS",
  payments: "PAYMENTS",
  notifications: "NOTIFICATIONS",
} as const satisfies Record<Exclude<ServiceName, "gateway">, string>;

export type BackendService = keyof typeof BINDINGS;

interface GatewayBindings extends Record<(typeof BINDINGS)[BackendService], Fetcher> {
  RATE_LIMITER: DurableObjectNamespace<Rpc.DurableObjectBranded & RateLimiterRpc>;
  /** Users again, for questions. */
  SESSIONS: Service<Rpc.WorkerEntrypointBranded & UsersRpc>;
}

export type GatewayEnv = z.input<typeof variables> & GatewayBindings;

export type GatewayHono = { Bindings: GatewayEnv; Variables: { requestId: string; traceparent: string } };
