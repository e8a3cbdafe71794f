import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  ADDRESS_HEADER,
  FULL_RELAY_HEADER,
  RELAY_EVENT_HEADER,
  RELAY_HEADER,
  RELAY_NUMBER_HEADER,
  USER_HEADER,
} from "../live/headers.ts";
import { lock, planOf } from "./testing/commands.ts";
import { connect, Watcher } from "./testing/watcher.ts";
import { type TestSeatMap, type TestSeatRelay, world } from "./testing/worker.ts";

const { SEAT_MAP, SEAT_RELAY } = env as unknown as {
  SEAT_MAP: DurableObjectNamespace<TestSeatMap>;
  SEAT_RELAY: DurableObjectNamespace<TestSeatRelay>;
};

let eventId: string;
let events = 0;
let bookings = 0;
const map = () => SEAT_MAP.getByName(eventId);
const relay = (n: number) => SEAT_RELAY.getByName(`${eventId}:${n}`);
const locks = (seatId: string) => map().apply([lock(`bkg_live_${bookings++}`, [seatId], 1)]);

const until = (isSo: () => unknown) => vi.waitUntil(isSo, { interval: 5, timeout: 5_000 });

async function watching(headers: Record<string, string> = {}, since = ""): Promise<Watcher> {
  const watcher = await connect(map(), headers, since);
  if (!(watcher instanceof Watcher)) throw new Error(`refused with ${watcher.status}`);
  if (!since) await until(() => watcher.map);
  return watcher;
}

/** As inventory does it: where the map says so, at the relay that it names. */
async function watchingAtRelay(): Promise<Watcher> {
  const answer = (await connect(map())) as Response;
  const n = Number(answer.headers.get(RELAY_HEADER));
  const watcher = await connect(relay(n), {
    [RELAY_EVENT_HEADER]: eventId,
    [RELAY_NUMBER_HEADER]: String(n),
  });
  if (!(watcher instanceof Watcher)) throw new Error(`refused with ${watcher.status}`);
  await until(() => watcher.map);
  return watcher;
}

/** Resolves once the watcher has what the map says now. */
async function upToDate(watcher: Watcher): Promise<void> {
  const { packed, epoch, seq, generalAdmission } = await map().view();
  await until(() => watcher.map!.epoch === epoch && watcher.map!.seq === seq);
  expect(watcher.map!.states).toEqual(packed);
  expect([...watcher.map!.free]).toEqual(generalAdmission.map(({ available }) => available));
}

beforeEach(async () => {
  eventId = `evnt_live_${events++}`;
  Object.assign(world, { directWatchers: 1_000, relayWatchers: 2, deliveries: 0 });
  await map().open({ ...planOf(200, 100), eventId });
});

describe("who watches a map", () => {
  it("has all of it, then what changes, many changes at a time", async () => {
    const watcher = await watching();
    await map().apply([1, 2, 3, 4].map((n) => lock(`bkg_of_four_${n}`, [`A-${n}`], 1)));
    await upToDate(watcher);
    expect(watcher.seen).toEqual(["whole", "applied"]);
  });

  it("goes on in the map's next life, and hears of it", async () => {
    const watcher = await watching();
    await locks("A-1");
    await upToDate(watcher);
    await evictDurableObject(map(), { webSockets: "hibernate" });
    await locks("A-2");
    await upToDate(watcher);
    expect(watcher.seen).not.toContain("gap");
    expect(watcher.map!.epoch).toBe(2);
  });

  it("asks for what it has missed, in this life and after it", async () => {
    const watcher = await watching();
    watcher.isDeaf = true;
    await locks("A-1");
    const other = await watching();
    await locks("A-2");
    await upToDate(other);
    watcher.isDeaf = false;
    await locks("A-3");
    await upToDate(watcher);
    expect(watcher.seen).toEqual(["whole", "gap", "applied"]);

    watcher.isDeaf = true;
    await locks("A-4");
    await upToDate(other);
    await evictDurableObject(map(), { webSockets: "hibernate" });
    watcher.isDeaf = false;
    await map().head();
    await until(() => watcher.seen.at(-1) === "whole");
    await upToDate(watcher);
  });

  it("comes back with what it had, and is told what came since", async () => {
    const first = await watching();
    const { epoch, seq } = first.map!;
    first.socket.close();
    await locks("A-1");
    const again = await watching({}, `${epoch}-${seq}`);
    again.map = first.map;
    await upToDate(again);
    expect(again.seen).toEqual(["applied"]);
    const stranger = await watching({}, `${epoch + 1}-${seq}`);
    await until(() => stranger.seen[0] === "whole");
  });

  it("hears nothing that is not on disk", async () => {
    const watcher = await watching();
    const heard = await runInDurableObject<TestSeatMap, unknown[]>(map(), async (instance, { storage }) => {
      // A batch is due, and by then the map is ahead of the disk.
      await instance.apply([lock("bkg_safe", ["A-1"])]);
      const sync = storage.sync.bind(storage);
      let release = () => {};
      const held = vi.spyOn(storage, "sync").mockImplementation(() => {
        held.mockRestore();
        return new Promise((resolve) => {
          release = () => resolve(sync());
        });
      });
      const locked = instance.apply([lock("bkg_unsafe", ["A-2"])]);
      await new Promise((resolve) => setTimeout(resolve, 250));
      const before = [...watcher.seen];
      release();
      await locked;
      return before;
    });
    expect(heard).toEqual(["whole"]);
    await upToDate(watcher);
  });

  it("is closed for what is no message, and for more than it may say", async () => {
    const [odd, loud] = [await watching(), await watching()];
    odd.socket.send('{"type":"other"}');
    await until(() => odd.seen.includes(1008));
    for (let n = 0; n < 30; n++) loud.socket.send('{"type":"ack","bytes":1}');
    await until(() => loud.seen.includes(1008));
    expect(
      await map()
        .fetch("https://watch/")
        .then(({ status }) => status),
    ).toBe(426);
  });

  it("is refused where its address or its user has enough, and where there is no map", async () => {
    const open = async (header: string, count: number) => {
      await Promise.all(Array.from({ length: count }, () => watching({ [header]: "one" })));
      expect(await connect(map(), { [header]: "one" })).toMatchObject({ status: 429 });
      await watching({ [header]: "another" });
    };
    await open(USER_HEADER, 20);
    await open(ADDRESS_HEADER, 100);
    expect(await connect(SEAT_MAP.getByName("evnt_none"))).toMatchObject({ status: 404 });
  });
});

describe("relays", () => {
  beforeEach(() => {
    world.directWatchers = 1;
  });

  it("take those for whom the map has no place, and the next relay those for whom this one has none", async () => {
    const direct = await watching();
    const relayed = await Promise.all([watchingAtRelay(), watchingAtRelay()]);
    const next = (await connect(map())) as Response;
    expect([next.status, next.headers.get(RELAY_HEADER)]).toEqual([307, "2"]);
    const full = (await connect(map(), { [FULL_RELAY_HEADER]: "2" })) as Response;
    expect(full.headers.get(RELAY_HEADER)).toBe("3");
    expect(
      await connect(relay(1), { [RELAY_EVENT_HEADER]: eventId, [RELAY_NUMBER_HEADER]: "1" }),
    ).toMatchObject({
      status: 503,
    });
    await locks("A-1");
    for (const watcher of [direct, ...relayed]) {
      await upToDate(watcher);
      expect(watcher.seen).toEqual(["whole", "applied"]);
    }
  });

  it("go on after either side's end", async () => {
    await watching();
    const watcher = await watchingAtRelay();
    await locks("A-1");
    await upToDate(watcher);
    await evictDurableObject(relay(1), { webSockets: "hibernate" });
    await locks("A-2");
    await upToDate(watcher);
    await evictDurableObject(map(), { webSockets: "hibernate" });
    await locks("A-3");
    await upToDate(watcher);
    expect(watcher.seen).not.toContain("gap");

    await evictDurableObject(relay(1), { webSockets: "hibernate" });
    watcher.isDeaf = true;
    await locks("A-4");
    await until(() => world.deliveries >= 4);
    watcher.isDeaf = false;
    watcher.ask();
    await upToDate(watcher);
  });

  it("send away who asks while the map does not answer", async () => {
    await watching();
    const watcher = await watchingAtRelay();
    await evictDurableObject(relay(1), { webSockets: "hibernate" });
    world.isAway = true;
    watcher.ask();
    await until(() => watcher.seen.includes(1013));
    world.isAway = false;
  });

  it("are left alone once nobody watches there, and found again by the next", async () => {
    await watching();
    const watcher = await watchingAtRelay();
    watcher.socket.close();
    const sockets = () => runInDurableObject(relay(1), (_, state) => state.getWebSockets().length);
    await until(async () => (await sockets()) === 0);
    await locks("A-1");
    await until(() => world.deliveries === 1);
    await locks("A-2");
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(world.deliveries).toBe(1);
    const again = await watchingAtRelay();
    await locks("A-3");
    await upToDate(again);
  });
});
