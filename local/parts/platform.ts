import { composePart } from "../backends/compose/part.ts";
import type { Config } from "../config.ts";
import type { Part } from "../supervisor/part.ts";
import { consolePart } from "./console.ts";
import { mailPart } from "./mail.ts";
import { redisPart } from "./redis.ts";
import { serverParts } from "./servers.ts";
import { kafkaRestPart, mongoPart, neonPart, postgresPart } from "./stores.ts";
import { stripePart } from "./stripe.ts";
import { workersPart } from "./workers.ts";

/** Everything that runs as a process of its own, the public address first. */
export function platformParts(config: Config): Part[] {
  if (config.backends === "compose") {
    return [workersPart, composePart, stripePart, consolePart].map((part) => part(config));
  }
  const common = [workersPart, postgresPart, neonPart, kafkaRestPart, redisPart].map((part) => part(config));
  const stores = config.backends === "servers" ? serverParts(config) : [mongoPart(config)];
  const others = [stripePart, mailPart, consolePart].map((part) => part(config));
  return [...common, ...stores, ...others];
}
