import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readConfig } from "../config.ts";
import { kafkaRestPart, mongoPart } from "./stores.ts";
import { stripePart } from "./stripe.ts";
import { workerVariables } from "./workers.ts";

const DETOURS = { neon: 5490, mongo: 5492, kafkaRest: 5493, stripe: 5494, redisRest: 5495, smtp: 1035 };

function configs() {
  const dataDir = mkdtempSync(join(tmpdir(), "workers-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const list = Object.entries({ ...DETOURS, gateway: 8797 }).map(([name, port]) => `${name}=${port}`);
  const read = (more: object) => readConfig({ TICKETFLOW_DATA_DIR: dataDir, ...more });
  return { straight: read({}), detoured: read({ TICKETFLOW_DETOURS: list.join(",") }) };
}

it("leads every call of the Workers by its detour, and changes nothing else of what they are told", () => {
  const { straight, detoured } = configs();
  const before = workerVariables(straight);
  const moved = Object.entries(workerVariables(detoured)).flatMap(([worker, variables]) =>
    Object.entries(variables)
      .filter(([name, value]) => value !== before[worker]![name])
      .map(([name, value]) => [name, /:(\d+)(\/|$)/.exec(value)?.[1] ?? value]),
  );
  expect(Object.fromEntries(moved)).toEqual({
    KAFKA_REST_URL: "5493",
    MONGODB_URI: "5492",
    NEON_FETCH_ENDPOINT: "5490",
    SMTP_PORT: "1035",
    STRIPE_API_BASE: "5494",
    UPSTASH_REDIS_REST_URL: "5495",
  });
  // Else the driver would go on to the address that the server names.
  expect(workerVariables(detoured)["ticketflow-events"]!.MONGODB_URI).toMatch(/&directConnection=true$/);
});

it("leads Stripe's webhooks by theirs, and leaves every server where it was", () => {
  const { straight, detoured } = configs();
  expect(stripePart(detoured).command().env.STRIPE_WEBHOOK_URL).toContain(":8797/");
  expect(stripePart(detoured).command().env.PORT).toBe("5484");
  expect(mongoPart(detoured).command()).toEqual(mongoPart(straight).command());
});

it("has the Workers speak to Redpanda's proxy where they are to, which the same process serves", () => {
  const { straight } = configs();
  const proxied = { ...straight, kafkaProtocol: "pandaproxy" as const };
  const { KAFKA_PROTOCOL, KAFKA_REST_URL } = workerVariables(proxied)["ticketflow-bookings"]!;
  expect([KAFKA_PROTOCOL, KAFKA_REST_URL]).toEqual(["pandaproxy", "http://127.0.0.1:5490"]);
  const { ports, command } = kafkaRestPart(proxied);
  expect(ports).toEqual([5483, 5490]);
  expect(command().args.at(-1)).toMatch(/pandaproxy.main\.ts$/);
  expect(command().env).toMatchObject({ PORT: "5483", PANDAPROXY_PORT: "5490" });
  expect(kafkaRestPart(straight).command().args.at(-1)).toMatch(/kafka-rest.main\.ts$/);
});
