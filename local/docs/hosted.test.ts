import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import type { z } from "zod";
import { readConfig as readKafkaRest } from "../kafka-rest/config.ts";
import { ROOT } from "./generated.ts";

/** The part of `.dev.vars.example` that is written by hand: what to set where a backend is hosted by others. */
const text = readFileSync(join(ROOT, ".dev.vars.example"), "utf8");
const hosted = text.slice(text.indexOf("# -- Hosted backends"), text.indexOf("\n# == "));
const examples = [...hosted.matchAll(/^# {5}([A-Z_]+)=(.+)$/gm)].map(
  ([, name, value]) => [name!, value!] as const,
);
/** What is told to the Kafka REST front, and to no Worker. */
const FRONT = examples.filter(([name]) => /^KAFKA_(BROKERS|TLS|SASL|REPLICATION)/.test(name));

let schemas: Map<string, z.ZodType>;
beforeAll(async () => {
  const readers = globSync("workers/*/src/env.ts", { cwd: ROOT }).map((file) => import(join(ROOT, file)));
  const modules = (await Promise.all(readers)) as Record<string, { schema?: z.ZodObject }>[];
  schemas = new Map(
    modules
      .flatMap((module) => Object.values(module))
      .flatMap(({ schema }) => Object.entries(schema?.shape ?? {}) as [string, z.ZodType][]),
  );
});

it.each(examples.filter((one) => !FRONT.includes(one)))(
  "%s: the hosted form passes the Workers' own check",
  (name, value) => {
    expect(schemas.get(name)?.safeParse(value)).toMatchObject({ success: true });
  },
);

it("tells the Kafka REST front what it takes", () => {
  expect(FRONT).toHaveLength(6);
  const own = { PORT: "1", KAFKA_REST_USERNAME: "user", KAFKA_REST_PASSWORD: "password" };
  expect(readKafkaRest({ ...own, ...Object.fromEntries(FRONT) }).log).toMatchObject({
    brokers: { tls: {}, sasl: { mechanism: "SCRAM-SHA-256" }, replicationFactor: 3 },
  });
});

it("has every variable that is the address of a backend, or what is signed in with there", () => {
  const backends = [...schemas]
    .filter(([name]) => /URL$|URI$|ENDPOINT$|API_BASE$|^(SMTP|STRIPE|KAFKA|UPSTASH)_/.test(name))
    .map(([name]) => name)
    .filter((name) => name !== "PUBLIC_URL" && name !== "CHECKOUT_RETURN_URL");
  expect(backends.length).toBeGreaterThan(12);
  for (const name of backends) expect(hosted).toContain(name);
});
