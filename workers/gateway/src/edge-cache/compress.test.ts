import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { PACKED_SEATS } from "#shared/contracts/inventory.ts";
import { encodeSeats, seatState } from "#shared/seats/packed.ts";
import { hallInSale } from "#shared/seats/testing/hall.ts";
import { acceptsGzip, compressed } from "./compress.ts";

it("is what the client takes", () => {
  const yes = ["gzip", "br, gzip", "GZIP;q=0.5, br", "*", "deflate, gzip;q=1.0"];
  const no = ["", "br", "identity", "gzip;q=0", "gzip; q=0.000", "x-gzip"];
  expect(yes.map(acceptsGzip)).toEqual(yes.map(() => true));
  expect(no.map(acceptsGzip)).toEqual(no.map(() => false));
});

const answer = (bytes: number, type: string) =>
  new Response(new Uint8Array(bytes), { headers: { "content-type": type, etag: '"p-1"' } });

it("is done with a packed map, which names itself as another form of the same", async () => {
  const zipped = await compressed(answer(25_000, PACKED_SEATS));
  expect(Object.fromEntries(zipped.headers)).toEqual({
    "content-type": PACKED_SEATS,
    "content-encoding": "gzip",
    vary: "accept, accept-encoding",
    etag: 'W/"p-1"',
  });
  expect(gunzipSync(Buffer.from(await zipped.arrayBuffer()))).toHaveLength(25_000);
});

it("makes 5.5 KB of 100,000 seats of which 40 % are taken", async () => {
  const hall = hallInSale(100_000, 0.4, 7);
  const bytes = encodeSeats(hall);
  const states = Array.from({ length: hall.seats }, (_, n) => seatState(hall.states, n));
  expect(states.filter((state) => state !== 0)).toHaveLength(40_000);
  expect(bytes.length).toBeLessThanOrEqual(25_100);
  const zipped = await compressed(new Response(bytes, { headers: { "content-type": PACKED_SEATS } }));
  const sent = await zipped.arrayBuffer();
  expect(sent.byteLength).toBeLessThanOrEqual(5_500);
  expect(gunzipSync(Buffer.from(sent))).toEqual(Buffer.from(bytes));
});

it("is not done where it does not pay, or somebody else does it", async () => {
  const refused = new Response("no", { status: 404, headers: { "content-type": PACKED_SEATS } });
  for (const other of [answer(500, PACKED_SEATS), answer(25_000, "application/json"), refused]) {
    const length = (await other.clone().arrayBuffer()).byteLength;
    const same = await compressed(other);
    expect(same.headers).toEqual(other.headers);
    expect((await same.arrayBuffer()).byteLength).toBe(length);
  }
});
