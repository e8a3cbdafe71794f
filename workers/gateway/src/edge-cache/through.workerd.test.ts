import { beforeEach, describe, expect, it } from "vitest";
import { cacheApiStore } from "./store.ts";
import { throughEdge } from "./through.ts";

const KEPT_MS = 10_000;
const PUBLIC = "public, max-age=5";
const store = cacheApiStore(caches.default);

let now: number;
let key: string;
let scopes: string[];
let asked: (string | null)[];
/** What the service answers. */
let made: () => Response;
/** What happens while it does. */
let meanwhile: () => Promise<void>;
let kept: Promise<unknown>;

beforeEach(() => {
  now = 1_800_000_000_000;
  key = crypto.randomUUID();
  scopes = [`a ${key}`, `b ${key}`];
  asked = [];
  kept = Promise.resolve();
  meanwhile = async () => undefined;
  made = () => answer(`made ${asked.length}`);
});

const answer = (text: string, headers: Record<string, string> = {}, status = 200) =>
  new Response(text, { status, headers: { "cache-control": PUBLIC, etag: '"e"', ...headers } });

/** Asks once, and waits until what is kept is kept. */
async function get(headers: Record<string, string> = {}, method = "GET", asking: string | null = key) {
  const deps = { store, clock: () => now, later: (work: Promise<unknown>) => (kept = work) };
  const response = await throughEdge(deps, {
    ...{ key: asking, scopes, keptMs: KEPT_MS, method, headers: new Headers(headers) },
    async ask(condition) {
      asked.push(condition);
      const answered = made();
      await meanwhile();
      return answered;
    },
  });
  const text = await response.text();
  await kept;
  return { status: response.status, text, headers: response.headers };
}
const cacheStatus = async (...request: Parameters<typeof get>) =>
  (await get(...request)).headers.get("cache-status")?.replace("ticketflow-edge; ", "");

describe("an answer for all", () => {
  it("is made once, and says how old it is", async () => {
    expect(await cacheStatus()).toBe("fwd=uri-miss; stored");
    now += 3_400;
    const { text, headers, status } = await get();
    expect([status, text, asked.length]).toEqual([200, "made 1", 1]);
    expect(Object.fromEntries(headers)).toMatchObject({
      age: "3",
      "cache-status": "ticketflow-edge; hit; ttl=6",
      "cache-control": PUBLIC,
      etag: '"e"',
    });
    now += KEPT_MS - 3_400;
    expect(await cacheStatus()).toBe("fwd=stale; stored");
  });

  it.each([0, 1])("is stale as soon as one of its scopes is forgotten (%i)", async (which) => {
    await get();
    await store.renew(`another ${key}`);
    expect((await get()).text).toBe("made 1");
    await store.renew(scopes[which]!);
    expect((await get()).text).toBe("made 2");
    expect((await get()).text).toBe("made 2");
  });

  it("is stale, too, where it was made from what a change has just replaced", async () => {
    meanwhile = () => store.renew(scopes[0]!);
    expect((await get()).text).toBe("made 1");
    meanwhile = async () => undefined;
    expect((await get()).text).toBe("made 2");
  });

  it("is not sent again to who has it, whoever made it; the service is asked for the whole", async () => {
    const first = await get({ "if-none-match": '"e"' });
    expect([first.status, first.text, asked]).toEqual([304, "", [null]]);
    for (const known of ['"e"', 'W/"e"', '"x", "e"', "*"])
      expect(await get({ "if-none-match": known })).toMatchObject({ status: 304, text: "" });
    expect((await get({ "if-none-match": '"x"' })).text).toBe("made 1");
    expect(asked).toHaveLength(1);
  });

  it("is the newest for who asks so, and then for the others", async () => {
    await get();
    for (const wish of ["no-cache", "max-age=0", "no-store"])
      expect(await cacheStatus({ "cache-control": wish })).toBe("fwd=request; stored");
    expect((await get()).text).toBe("made 4");
  });

  it("answers HEAD, but is not made by it", async () => {
    expect(await cacheStatus({}, "HEAD")).toBe("fwd=uri-miss");
    await get();
    expect(await cacheStatus({}, "HEAD")).toMatch(/^hit/);
    expect(asked).toHaveLength(2);
  });

  it("loses what only the first one was to have", async () => {
    made = () => answer("made", { "x-request-id": "req_1", "content-type": "text/plain" });
    await get();
    const { headers } = await get();
    expect(headers.get("content-type")).toBe("text/plain");
    expect(headers.get("x-request-id")).toBeNull();
  });

  it("keeps its encoding, byte for byte", async () => {
    const zipped = new Response("x".repeat(5_000)).body!.pipeThrough(new CompressionStream("gzip"));
    const bytes = new Uint8Array(await new Response(zipped).arrayBuffer());
    await store.write(
      key,
      {
        headers: new Headers({ "content-encoding": "gzip" }),
        body: new Response(bytes).body,
        keptAt: now,
        stamps: "",
      },
      1_000,
    );
    const read = (await store.read(key))!;
    expect(read.headers.get("content-encoding")).toBe("gzip");
    expect(new Uint8Array(await new Response(read.body).arrayBuffer())).toEqual(bytes);
  });
});

describe("never kept", () => {
  it.each([
    ["a failure", 500, {}],
    ["what is not there", 404, {}],
    ["what is private", 200, { "cache-control": "private, no-store" }],
    ["what says both", 200, { "cache-control": "public, no-store" }],
    ["what says nothing of it", 200, { "cache-control": "no-cache" }],
    ["what sets a cookie", 200, { "set-cookie": "a=b" }],
  ])("is %s", async (_what, status, headers) => {
    made = () => answer(`made ${asked.length}`, headers, status);
    expect(await cacheStatus()).toBe("fwd=uri-miss");
    expect(await get()).toMatchObject({ status, text: "made 2" });
  });

  it("is what has no key; the service hears the client's condition", async () => {
    expect(await cacheStatus({ "if-none-match": '"x"' }, "GET", null)).toBe("fwd=bypass");
    expect(asked).toEqual(['"x"']);
  });
});
