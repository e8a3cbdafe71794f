import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "#local/e2e/until.ts";
import type { Health } from "#shared/contracts/health.ts";
import { KillablePlatform } from "../support/killable-platform.ts";

/** The promise is that what is down is named within this. */
const NAMED_WITHIN_MS = 5_000;
/** A part that was stopped for a moment may have to find its callers again. */
const UP_AGAIN_MS = 60_000;

/** Each backend by its part; behind a Neon endpoint that does not answer is a Postgres that nobody reaches. */
const BACKENDS: [part: string, backend: string, Health["state"]][] = [
  ["postgres", "postgres", "down"],
  ["neon", "postgres", "down"],
  ["mongo", "mongodb", "down"],
  ["kafka-rest", "kafka", "down"],
  ["stripe", "stripe", "down"],
  ["redis", "redis", "degraded"],
  ["mail", "mail", "degraded"],
];

let platform: KillablePlatform;

beforeAll(async () => {
  platform = await KillablePlatform.make();
  await platform.start();
}, 180_000);
afterAll(() => platform.takeAway(), 60_000);

async function ask(limitMs: number): Promise<Health> {
  const response = await fetch(`${platform.url}/health`, { signal: AbortSignal.timeout(limitMs) });
  const answer = (await response.json()) as Health;
  expect(response.status).toBe(answer.state === "down" ? 503 : 200);
  return answer;
}

const backendsOf = ({ services }: Health) =>
  services.flatMap(({ name: service, backends }) => backends.map((one) => ({ service, ...one })));
const namesOf = (backends: { service: string; name: string }[]) =>
  backends.map(({ service, name }) => `${service} ${name}`).sort();

describe("health", () => {
  it.each(BACKENDS)(
    "names a %s that does not answer, wherever it is used, and nothing else",
    {
      timeout: 2 * UP_AGAIN_MS,
    },
    async (part, backend, state) => {
      const isUp = (answer: Health) => answer.state === "up";
      const before = await until("a platform that is up", () => ask(UP_AGAIN_MS), isUp, UP_AGAIN_MS);
      const users = namesOf(backendsOf(before).filter(({ name }) => name === backend));
      expect(users).not.toEqual([]);
      platform.pausePart(part);
      try {
        const answer = await ask(NAMED_WITHIN_MS);
        expect(namesOf(backendsOf(answer).filter((one) => one.state === "down"))).toEqual(users);
        expect(answer.services.filter((service) => service.state === "down")).toEqual([]);
        expect(answer.state).toBe(state);
      } finally {
        platform.resumePart(part);
      }
    },
  );
});
