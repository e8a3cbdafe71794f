import { Int32, ObjectId } from "bson";
import { beforeEach, describe, expect, it } from "vitest";
import { Users } from "../auth/users.ts";
import { onlyMember } from "../member.ts";
import { Catalog } from "../storage/catalog.ts";
import type { Journal } from "../storage/committer.ts";
import { RetryableWrites } from "../storage/retryable-writes.ts";
import type { Doc } from "../wire/values.ts";
import type { ConnectionState, ServerState } from "./context.ts";
import { Cursors } from "./cursors.ts";
import { dispatch } from "./dispatch.ts";

const EMPTY = { collections: [], documents: [], sessions: [] };
const clock = () => 0;

let commit: () => void;
let pending: Promise<void> | null;
let logged: Doc[];
let server: ServerState;

/** A journal whose disk answers when the test says so. */
const journal: Journal = {
  append() {
    pending ??= new Promise((resolve) => {
      commit = () => {
        pending = null;
        resolve();
      };
    });
  },
  covered: () => pending ?? Promise.resolve(),
};

const connection: ConnectionState = {
  id: 1,
  member: onlyMember(new ObjectId(), "127.0.0.1:1"),
  closed: new AbortController().signal,
  identity: { user: "events", database: "events" },
  conversation: null,
};

beforeEach(() => {
  pending = null;
  logged = [];
  server = {
    catalog: new Catalog(journal, EMPTY),
    journal,
    retryableWrites: new RetryableWrites(journal, EMPTY, clock),
    cursors: new Cursors(clock),
    users: new Users([]),
    clock,
    startedAt: 0,
    log: (event, fields) => logged.push({ event, ...fields }),
  };
});

const run = (body: Doc) =>
  dispatch(server, connection, {
    requestId: 1,
    body: { ...body, $db: "events" },
    legacy: false,
    oneWay: false,
    exhaustAllowed: false,
  });

/** True when a promise is still open after all that is ready has run. */
async function isWaiting(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  await new Promise(setImmediate);
  return !settled;
}

describe("replies", () => {
  it("of a write and of a read that saw it wait for the commit", async () => {
    const write = run({ insert: "rows", documents: [{ _id: new Int32(1) }] });
    const read = run({ count: "rows" });
    expect(await isWaiting(write)).toBe(true);
    expect(await isWaiting(read)).toBe(true);
    commit();
    expect(await write).toEqual({ n: 1, ok: 1 });
    expect(await read).toEqual({ n: 1, ok: 1 });
  });

  it("of a write that failed on what it saw wait as well", async () => {
    void run({ insert: "rows", documents: [{ _id: new Int32(1) }] });
    const second = run({ insert: "rows", documents: [{ _id: new Int32(1) }] });
    expect(await isWaiting(second)).toBe(true);
    commit();
    expect(await second).toMatchObject({ n: 0, writeErrors: [{ code: 11000 }] });
  });

  it("of a read with nothing outstanding do not wait", async () => {
    expect(await isWaiting(run({ count: "rows" }))).toBe(false);
  });

  it("to a fault of the server tell nothing of it, and the log tells all", async () => {
    const broken = { ...server, catalog: null as unknown as Catalog };
    server = broken;
    const reply = await run({ count: "rows" });
    expect(reply).toMatchObject({ ok: 0, code: 1, codeName: "InternalError" });
    expect(String(reply.errmsg)).not.toContain("null");
    expect(logged).toMatchObject([{ event: "internal-error", error: expect.stringContaining("TypeError") }]);
  });
});
