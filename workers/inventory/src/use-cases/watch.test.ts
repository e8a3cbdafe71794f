import { expect, it } from "vitest";
import { FULL_RELAY_HEADER, RELAY_HEADER } from "#durable-objects/live/headers.ts";
import type { Seating } from "#shared/rpc/events.ts";
import type { InventoryDeps } from "./deps.ts";
import { type Watched, watch } from "./watch.ts";

const deps = {
  clock: () => 0,
  events: { seating: async (eventId: string) => (eventId === "evnt_none" ? null : ({ eventId } as Seating)) },
} as unknown as InventoryDeps;

/** No 101 can be made here; a 200 stands for it. */
const to = (status: number, relay = 0) => {
  const answer = new Response(null);
  if (relay > 0) answer.headers.set(RELAY_HEADER, String(relay));
  return Object.defineProperty(answer, "status", { value: status });
};

async function watched(answers: { map: Response[]; relay?: Response[] }, eventId = "evnt_watch") {
  const asked: string[] = [];
  const objects: Watched = {
    map: async (_, headers) => {
      asked.push(`map ${headers[FULL_RELAY_HEADER] ?? ""}`);
      return answers.map.shift()!;
    },
    relay: async (_, relay) => {
      asked.push(`relay ${relay}`);
      return answers.relay!.shift()!;
    },
  };
  const outcome = await watch(deps, objects, eventId).then(
    ({ status }) => status,
    ({ code }) => code,
  );
  return { outcome, asked };
}

it.each([
  [101, 101],
  [404, "EVENT_NOT_FOUND"],
  [426, "UPGRADE_REQUIRED"],
  [429, "RATE_LIMITED"],
  [503, "SERVICE_UNAVAILABLE"],
])("a map's %s is a client's %s", async (status, outcome) => {
  expect(await watched({ map: [to(status)] })).toMatchObject({ outcome });
});

it("is unavailable while an object is", async () => {
  const away = async () => Promise.reject(new Error("the object was reset"));
  const watching = watch(deps, { map: away, relay: away }, "evnt_watch");
  await expect(watching).rejects.toThrow("seat map is unavailable");
});

it("goes to the relay that the map names, and from a full one to the next", async () => {
  expect(await watched({ map: [to(307, 1), to(307, 2)], relay: [to(503), to(101)] })).toEqual({
    outcome: 101,
    asked: ["map ", "relay 1", "map 1", "relay 2"],
  });
});

it("gives up where relay after relay is full", async () => {
  const answers = { map: [1, 2, 3].map((n) => to(307, n)), relay: [1, 2, 3].map(() => to(503)) };
  expect(await watched(answers)).toMatchObject({ outcome: "SERVICE_UNAVAILABLE" });
});

it("wakes no map for what is no event", async () => {
  expect(await watched({ map: [] }, "evnt_none")).toEqual({ outcome: "EVENT_NOT_FOUND", asked: [] });
});
