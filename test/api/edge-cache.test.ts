import { get as httpGet, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { PACKED_SEATS } from "#shared/contracts/inventory.ts";
import { eventBody, newEvent, newVenue, plan } from "../support/events.ts";
import { anyone, someone, url } from "../support/world.ts";

const organiser = await someone("ORGANISER");
const venueId = await newVenue(organiser);
const eventId = await newEvent(organiser, venueId);

/** What the edge did for a request, without for how long it holds. */
async function done(path: string, headers: Record<string, string> = {}) {
  const answer = await anyone.get(path, headers);
  const status = answer.headers.get("cache-status") ?? "none";
  return status.replace("ticketflow-edge; ", "").replace(/; ttl=\d+/, "");
}

/** Paths whose answers are kept, each with what of it changes. */
const page = `/api/events/${eventId}`;
const list = `/api/events?venueId=${venueId}`;
const venuePage = `/api/venues/${venueId}`;
/** Any event that other tests change meanwhile makes every list stale, and any plan every page. */
const HIT_OF = {
  ours: /^ticketflow-edge; hit; ttl=\d$/,
  shared: /^ticketflow-edge; (hit; ttl=\d|fwd=stale; stored)$/,
};

describe("the edge", () => {
  it.each([
    [page, HIT_OF.shared],
    [list, HIT_OF.shared],
    [venuePage, HIT_OF.ours],
    [`${venuePage}/plan`, HIT_OF.ours],
  ])("keeps %s", async (path, hit) => {
    const first = await anyone.get(path, { "cache-control": "no-cache" });
    expect(first.headers.get("cache-status")).toBe("ticketflow-edge; fwd=request; stored");
    const again = await anyone.get(path);
    expect(again.headers.get("cache-status")).toMatch(hit);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
    expect(again.headers.get("cache-control")).toBe(first.headers.get("cache-control"));
    const head = await anyone.send("HEAD", path);
    if (hit === HIT_OF.ours) expect(head.headers.get("cache-status")).toMatch(hit);
  });

  it("is not led astray by a query of junk", async () => {
    await done(venuePage);
    for (const junk of ["utm_source=a", "x=1&y=2", "page=1&fbclid=b"])
      expect(await done(`${venuePage}?${junk}`)).toBe("hit");
    expect(await done(`${list}&page=x`).catch(() => "refused")).toBe("fwd=bypass");
  });

  it("shows a change at once: of an event, of what is on sale, of a venue's plan", async () => {
    for (const path of [page, list]) await done(path);
    await organiser.put(page, { name: "Changed at Once" });
    expect((await anyone.get(page)).body).toMatchObject({ name: "Changed at Once" });
    const listed = () => anyone.get<{ data: { id: string; name: string }[] }>(list);
    expect((await listed()).body.data).toMatchObject([{ name: "Changed at Once" }]);
    const other = await newEvent(organiser, venueId);
    expect((await listed()).body.data.map(({ id }) => id)).toContain(other);
    await anyone.get(`/api/events/${other}`);
    await organiser.post(`/api/events/${other}/cancel`, {});
    expect((await anyone.get(`/api/events/${other}`)).body).toMatchObject({ status: "CANCELLED" });
    expect((await listed()).body.data.map(({ id }) => id)).not.toContain(other);

    const venue = `/api/venues/${venueId}`;
    for (const path of [venue, `${venue}/plan`]) await done(path);
    const next = plan({ rows: 3 });
    await organiser.put(`${venue}/plan`, next);
    expect((await anyone.get(`${venue}/plan`)).body).toEqual(next);
    for (const path of [venue, page])
      expect(JSON.stringify((await anyone.get(path)).body)).toContain('"planVersion":2');
  });

  it("keeps nothing of what is somebody's own", async () => {
    const draft = eventBody(venueId, { status: "DRAFT" });
    const { id } = (await organiser.post<{ id: string }>("/api/events", draft)).body;
    for (let n = 0; n < 2; n++) {
      const shown = await organiser.get(`/api/events/${id}`);
      expect([shown.status, shown.headers.get("cache-status")]).toEqual([200, null]);
      expect((await anyone.get(`/api/events/${id}`)).status).toBe(404);
    }
  });

  it("keeps a map for a second, each form of it, and the newest for who asks for it", async () => {
    const path = `/api/inventory/events/${eventId}/seats`;
    const packed = { accept: PACKED_SEATS };
    for (const form of [{}, packed]) {
      expect(await done(path, { ...form, "cache-control": "no-cache" })).toBe("fwd=request; stored");
      const { headers } = await anyone.get(path, form);
      expect(headers.get("content-type")).toContain(form === packed ? PACKED_SEATS : "application/json");
    }
  });

  it("keeps a version of a plan for good", async () => {
    const { headers } = await anyone.get(`/api/inventory/events/${eventId}/plan`);
    const current = headers.get("location")!;
    await done(current);
    expect(await done(`${current}&junk=1`)).toBe("hit");
  });
});

describe("a packed map", () => {
  it("is compressed for who takes it so, out of the cache as well, and for nobody else", async () => {
    // Compressed it must be more than a packet long.
    const hall = await newVenue(organiser, plan({ rows: 50, seatsPerRow: 100 }));
    const id = await newEvent(organiser, hall);
    const get = async (encoding: string) => {
      const headers = { accept: PACKED_SEATS, "accept-encoding": encoding };
      // Not by fetch, which undoes what was done.
      const answer = await new Promise<IncomingMessage>((resolve, reject) =>
        httpGet(`${url}/api/inventory/events/${id}/seats`, { headers }, resolve).on("error", reject),
      );
      const { vary, etag, "content-encoding": used } = answer.headers;
      return { bytes: await buffer(answer), vary, etag, used };
    };
    const plain = await get("identity");
    expect(plain).toMatchObject({ used: undefined, bytes: { length: 32 + 1_250 } });
    for (let n = 0; n < 2; n++) {
      const zipped = await get("br, gzip");
      expect(zipped).toMatchObject({
        used: "gzip",
        vary: "accept, accept-encoding",
        etag: `W/${plain.etag}`,
      });
      expect(zipped.bytes.length).toBeLessThan(200);
      expect(gunzipSync(zipped.bytes)).toEqual(plain.bytes);
    }
    const again = await anyone.get(`/api/inventory/events/${id}/seats`, {
      accept: PACKED_SEATS,
      "if-none-match": `W/${plain.etag}`,
    });
    expect(again.status).toBe(304);
  });
});
