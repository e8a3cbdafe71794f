import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** The services with a Postgres database, and those with a MongoDB database, of their own. */
export const POSTGRES_SERVICES = ["users", "inventory", "bookings"] as const;
export const MONGO_SERVICES = ["events", "payments", "notifications"] as const;

const secrets = z.object({
  postgresSuperuser: z.string(),
  postgres: z.record(z.enum(POSTGRES_SERVICES), z.string()),
  mongo: z.record(z.enum(MONGO_SERVICES), z.string()),
  kafkaRest: z.string(),
  redisRest: z.string(),
  stripeKey: z.string(),
  stripeWebhook: z.string(),
  /** Ed25519 private keys as JSON Web Keys. */
  accessTokenKey: z.string(),
  gatewayKey: z.string(),
  gatewayPublicKey: z.string(),
  /** Of the servers in containers (docker-compose.yml), where the embedded ones have none. */
  mongoRoot: z.string(),
  mongoKeyfile: z.string(),
  redisServer: z.string(),
  browserPages: z.string(),
});

export type Secrets = z.infer<typeof secrets>;

/**
 * The secrets of the platform that lives in this data folder, made on the first start. A folder of an earlier version
 * gets those that came after it; what it has stays as it is.
 */
export function platformSecrets(dataDir: string): Secrets {
  const file = join(dataDir, "secrets.json");
  mkdirSync(dataDir, { recursive: true });
  try {
    writeFileSync(file, text(makeSecrets()), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const known = JSON.parse(readFileSync(file, "utf8"));
  const read = secrets.safeParse(known);
  if (read.success) return read.data;
  const completed = secrets.parse(complete(known, makeSecrets()));
  // Whole or not at all: a file that was cut off would lock its owner out of the data.
  writeFileSync(`${file}.new`, text(completed), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return completed;
}

const text = (value: Secrets) => `${JSON.stringify(value, null, 2)}\n`;

/** What is known, with what is absent from it, a level down as well, taken from what is fresh. */
function complete(known: Partial<Secrets>, fresh: Secrets): Secrets {
  return {
    ...fresh,
    ...known,
    postgres: { ...fresh.postgres, ...known.postgres },
    mongo: { ...fresh.mongo, ...known.mongo },
  };
}

function makeSecrets(): Secrets {
  const gateway = newKey("gateway-1");
  return {
    postgresSuperuser: password(),
    postgres: { users: password(), inventory: password(), bookings: password() },
    mongo: { events: password(), payments: password(), notifications: password() },
    kafkaRest: password(),
    redisRest: password(),
    stripeKey: `sk_test_${password()}`,
    stripeWebhook: `whsec_${password()}`,
    accessTokenKey: newKey("users-1").privateKey,
    gatewayKey: gateway.privateKey,
    gatewayPublicKey: gateway.publicKey,
    mongoRoot: password(),
    mongoKeyfile: password(),
    redisServer: password(),
    browserPages: password(),
  };
}

const password = () => randomBytes(24).toString("hex");

function newKey(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    privateKey: JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid }),
    publicKey: JSON.stringify({ ...publicKey.export({ format: "jwk" }), kid }),
  };
}
