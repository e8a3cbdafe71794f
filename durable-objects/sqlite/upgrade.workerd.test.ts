import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { AUDITOR_SCHEMA, sqliteAuditStore } from "../auditor/sqlite-store.ts";
import { CONSUMER_SCHEMA, sqliteStore } from "../event-consumer/sqlite-store.ts";
import type { TestEventConsumer } from "../event-consumer/testing/worker.ts";
import { RATE_LIMITER_SCHEMA } from "../rate-limiter/schema.ts";
import { SEAT_MAP_SCHEMA } from "../seat-map/storage/migrations.ts";
import { SqliteStorage } from "../seat-map/storage/sqlite.ts";
import { checksumsOf, migrate, type Schema } from "./migrate.ts";
import * as before from "./testing/as-of-2026-11.ts";

const { EVENT_CONSUMER } = env as unknown as { EVENT_CONSUMER: DurableObjectNamespace<TestEventConsumer> };

/** A storage in which somebody else's code has left an object. */
const inObject = (made: readonly string[], work: (storage: DurableObjectStorage) => void) =>
  runInDurableObject(EVENT_CONSUMER.get(EVENT_CONSUMER.newUniqueId()), (_, { storage }) => {
    for (const statement of made) storage.sql.exec(statement);
    work(storage);
  });
const records = ({ sql }: DurableObjectStorage) =>
  sql.exec("SELECT version, hash FROM migration ORDER BY version").toArray();
const recordsOf = ({ steps }: Schema) => checksumsOf(steps).map((hash, n) => ({ version: n + 1, hash }));

describe("an object that was made before", () => {
  it("a SeatMap wakes with its plan, in its next epoch", () =>
    inObject(before.SEAT_MAP, (storage) => {
      const opened = new SqliteStorage(storage);
      expect([opened.plan(), opened.beginEpoch(), opened.archivedSeq()]).toEqual(['{"a":1}', 8, 0]);
      expect(records(storage)).toEqual(recordsOf(SEAT_MAP_SCHEMA));
    }));

  it("an auditor knows its audits", () =>
    inObject(before.AUDITOR, (storage) => {
      const store = sqliteAuditStore(storage);
      expect(store.runs()).toEqual([{ id: "audit_1" }]);
      expect(store.findings("audit_1", 0, 10)).toEqual([{ check: "unsent-message", mended: null }]);
      expect(records(storage)).toEqual(recordsOf(AUDITOR_SCHEMA));
    }));

  it("a consumer goes on where it was", () =>
    inObject(before.EVENT_CONSUMER, (storage) => {
      for (const _ of ["first", "next"]) {
        const { offsets, parked } = sqliteStore(storage).load();
        expect(offsets).toEqual(new Map([["ticketflow.seats.lock", 42]]));
        expect(parked).toMatchObject([{ ticket: 1, because: "early", key: "bkg_1" }]);
      }
      expect(records(storage)).toEqual(recordsOf(CONSUMER_SCHEMA));
    }));

  it("a rate limiter remembers", () =>
    inObject(before.RATE_LIMITER, (storage) => {
      migrate(storage, RATE_LIMITER_SCHEMA);
      expect(storage.sql.exec("select full_at from bucket").toArray()).toEqual([
        { full_at: 1_800_000_000_000 },
      ]);
      expect(records(storage)).toEqual(recordsOf(RATE_LIMITER_SCHEMA));
    }));
});

describe("an object of a later version, or of another text, does not start and loses nothing", () => {
  const opens: [Schema, (storage: DurableObjectStorage) => unknown][] = [
    [SEAT_MAP_SCHEMA, (storage) => new SqliteStorage(storage)],
    [AUDITOR_SCHEMA, sqliteAuditStore],
    [CONSUMER_SCHEMA, sqliteStore],
    [RATE_LIMITER_SCHEMA, (storage) => migrate(storage, RATE_LIMITER_SCHEMA)],
  ];
  const dump = ({ sql }: DurableObjectStorage) => [
    sql.exec("SELECT name, sql FROM sqlite_master ORDER BY name").toArray(),
    sql.exec("SELECT * FROM migration").toArray(),
  ];

  it.each(opens.map(([schema, open]) => [schema.of, schema, open] as const))("%s", (_, schema, open) =>
    inObject([], (storage) => {
      open(storage);
      storage.sql.exec("INSERT INTO migration VALUES (99, 'later')");
      const later = dump(storage);
      expect(() => open(storage)).toThrow(`at version ${schema.steps.length + 1}, this code only knows`);
      expect(dump(storage)).toEqual(later);
      storage.sql.exec("DELETE FROM migration WHERE version = 99");
      storage.sql.exec("UPDATE migration SET hash = 'other' WHERE version = 1");
      const changed = dump(storage);
      expect(() => open(storage)).toThrow("migration 1 was changed after it was applied");
      expect(dump(storage)).toEqual(changed);
    }),
  );
});
