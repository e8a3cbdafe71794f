import { beforeAll, describe, expect, it, vi } from "vitest";
import { applyDelta, decodeDelta, isDelta } from "#shared/seats/delta.ts";
import { decodeSeats, type PackedSeats, seatState } from "#shared/seats/packed.ts";
import { book, bookingBody, decided } from "../support/bookings.ts";
import { problem } from "../support/client.ts";
import { newEvent, newVenue } from "../support/events.ts";
import { anyone, someone, url } from "../support/world.ts";

const RESERVED = 2;
/** Watchers that a map carries itself, by default. */
const DIRECT = 100;

/** A browser's WebSocket, in Node's own, which takes headers too. */
const connect = (path: string, headers: Record<string, string> = {}) => {
  const socket = new WebSocket(url.replace("http", "ws") + path, { headers } as never);
  socket.binaryType = "arraybuffer";
  return socket;
};

const until = (isSo: () => unknown) => vi.waitUntil(isSo, { timeout: 30_000, interval: 20 });

/** A client of a live map, which keeps what it is told. */
function watched(path: string) {
  const watcher = { socket: connect(path), map: undefined as PackedSeats | undefined, seen: [] as string[] };
  watcher.socket.onmessage = ({ data }) => {
    const bytes = typeof data === "string" ? undefined : new Uint8Array(data as ArrayBuffer);
    if (!bytes) watcher.seen.push(data as string);
    else if (isDelta(bytes)) watcher.seen.push(applyDelta(watcher.map!, decodeDelta(bytes)));
    else watcher.map = decodeSeats(bytes);
  };
  return watcher;
}

describe("a live seat map", () => {
  let eventId: string;
  const path = () => `/api/inventory/events/${eventId}/live`;
  beforeAll(async () => {
    const organiser = await someone("ORGANISER");
    eventId = await newEvent(organiser, await newVenue(organiser));
  });

  it("is told whole, then as it changes, to whoever watches [route GET /api/inventory/events/{eventId}/live: works]", async () => {
    const watcher = watched(path());
    await until(() => watcher.map);
    expect(seatState(watcher.map!.states, 0)).toBe(0);
    const buyer = await someone();
    const bookingId = await book(buyer, bookingBody(eventId, ["1-1"]));
    expect((await decided(buyer, bookingId)).status).toBe("CONFIRMED");
    await until(() => seatState(watcher.map!.states, 0) === RESERVED);
    expect(watcher.seen).not.toContain("gap");
    watcher.socket.send("ping");
    await until(() => watcher.seen.includes("pong"));
    watcher.socket.close();
  });

  it("is told by a relay to whom the map has no place for", async () => {
    const organiser = await someone("ORGANISER");
    eventId = await newEvent(organiser, await newVenue(organiser));
    const maps = await Promise.all(Array.from({ length: DIRECT + 5 }, () => watched(path())));
    await until(() => maps.every(({ map }) => map));
    const buyer = await someone();
    await decided(buyer, await book(buyer, bookingBody(eventId, ["1-2"])));
    await until(() => maps.every(({ map }) => seatState(map!.states, 1) === RESERVED));
    expect(maps.flatMap(({ seen }) => seen)).not.toContain("gap");
    for (const { socket } of maps) socket.close();
  });

  it("goes on from what a client has", async () => {
    const { headers } = await anyone.get(`/api/inventory/events/${eventId}/seats`);
    const [, , epoch, seq] = headers.get("etag")!.replaceAll('"', "").split("-").slice(1);
    const socket = connect(`${path()}?since=${epoch}-${seq}`);
    let first: Uint8Array | undefined;
    socket.onmessage = ({ data }) => {
      first ??= new Uint8Array(data as ArrayBuffer);
    };
    await until(() => first);
    expect(decodeDelta(first!)).toMatchObject({ epoch: Number(epoch), fromSeq: Number(seq) });
    socket.close();
  });

  it("speaks WebSocket alone, and knows its events [route GET /api/inventory/events/{eventId}/live: bad input]", async () => {
    expect(await anyone.get(path())).toMatchObject(problem("UPGRADE_REQUIRED"));
    const nowhere = connect("/api/inventory/events/evnt_00000000000000000000000000000000/live");
    const odd = connect(`${path()}?since=yesterday`);
    await Promise.all(
      [nowhere, odd].map((socket) => new Promise((resolve) => socket.addEventListener("error", resolve))),
    );
  });
});
