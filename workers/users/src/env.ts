import { z } from "zod";
import {
  environment,
  identityVariables,
  postgresVariables,
  redisVariables,
} from "#shared/config/environment.ts";

const variables = z.object({
  ...postgresVariables,
  ...identityVariables,
  ...redisVariables,
  /** Ed25519 private key as a JSON Web Key with a `kid`; signs access tokens. */
  JWT_PRIVATE_KEY: z.string().min(1),
  JWT_EXPIRY_HOURS: z.coerce.number().min(0.01).max(168).default(1),
  REFRESH_EXPIRY_DAYS: z.coerce.number().min(1).max(365).default(30),
});

/** The Worker's variables as they come: text, not yet validated. */
export type UsersEnv = z.input<typeof variables>;

/** The Worker's variables, validated once. */
export const usersEnvironment = (env: object) => environment(env, variables);
