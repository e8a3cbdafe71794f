import { z } from "zod";

/** A missing or malformed variable, by name. */
export class ConfigurationError extends Error {
  override name = "ConfigurationError";
}

/** Variables of which a Worker has both or neither. */
const PAIRS = [
  ["UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"],
  ["SMTP_USERNAME", "SMTP_PASSWORD"],
] as const;

const cache = new WeakMap<object, unknown>();

/**
 * Reads a Worker's variables once: later calls with the same `env` get the same object.
 * @throws ConfigurationError naming every variable that is missing or malformed (never its value)
 */
export function environment<S extends z.ZodObject>(env: object, schema: S): z.infer<S> {
  const known = cache.get(env);
  if (known) return known as z.infer<S>;
  const read = schema.safeParse(env);
  const wrong = [
    ...(read.error?.issues ?? []).map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    ...halfPairs(schema, env),
  ];
  if (!read.success || wrong.length > 0) {
    throw new ConfigurationError(`These variables are missing or malformed: ${wrong.join("; ")}`);
  }
  cache.set(env, read.data);
  return read.data;
}

/**
 * What reads a Worker's variables with its schema. The schema is the reader's `schema`: each variable's `meta` has its
 * `description` and an `example`, and the documentation is generated from them.
 */
export function environmentReader<S extends z.ZodObject>(schema: S) {
  return Object.assign((env: object) => environment(env, schema), { schema });
}

function halfPairs(schema: z.ZodObject, env: object): string[] {
  const isThere = (name: string) =>
    name in schema.shape && (env as Record<string, unknown>)[name] !== undefined;
  return PAIRS.filter(([one, other]) => isThere(one) !== isThere(other)).map((pair) => {
    const [absent, present] = isThere(pair[0]) ? [pair[1], pair[0]] : pair;
    return `${absent}: missing beside ${present}`;
  });
}

/** Where a Worker reaches Kafka, and by which of the two protocols over HTTP. */
export const kafkaVariables = {
  KAFKA_REST_URL: z.url().meta({
    description: "Address of Kafka over HTTP: a REST front with Upstash's routes, or Redpanda's HTTP proxy",
    example: "http://127.0.0.1:5483",
  }),
  KAFKA_PROTOCOL: z.enum(["upstash", "pandaproxy"]).default("upstash").meta({
    description:
      "What `KAFKA_REST_URL` speaks: Upstash's Kafka REST routes (`upstash`), or those of Redpanda's HTTP proxy (`pandaproxy`)",
    example: "upstash",
  }),
  KAFKA_REST_USERNAME: z.string().min(1).meta({ description: "Its user", example: "ticketflow" }),
  KAFKA_REST_PASSWORD: z.string().min(1).meta({ description: "Its password", example: "replace-me" }),
};

export type KafkaVariables = z.infer<z.ZodObject<typeof kafkaVariables>>;

/** The gateway's public key, by which a service knows that a caller's identity is the gateway's word. */
export const identityVariables = {
  GATEWAY_PUBLIC_KEY: z.string().min(1).meta({
    description: "The public half of `GATEWAY_PRIVATE_KEY`",
    example: '\'{"kty":"OKP","crv":"Ed25519","x":"replace-me","kid":"gateway-1"}\'',
  }),
};

/** Where a Worker reaches Postgres: a Neon connection string, and Neon's HTTP endpoint where it is not Neon's own. */
export const postgresVariables = {
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "a Postgres connection string")
    .meta({
      description: "Postgres connection string of this service's own database",
      example: "postgres://<service>:replace-me@127.0.0.1:5481/<service>",
    }),
  NEON_FETCH_ENDPOINT: z.url().optional().meta({
    description:
      "Address of Neon's HTTP endpoint (`/sql`); Neon's own, derived from `DATABASE_URL`, if absent",
    example: "http://127.0.0.1:5480/sql",
  }),
};

/** Where a Worker reaches Redis, through Upstash's REST API. Both or neither: every Worker works, slower, without. */
export const redisVariables = {
  UPSTASH_REDIS_REST_URL: z.url().optional().meta({
    description: "Address of Redis behind Upstash's REST API. Without it the platform works, slower",
    example: "http://127.0.0.1:5485",
  }),
  UPSTASH_REDIS_REST_TOKEN: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "Its token; both or neither", example: "replace-me" }),
};
