import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { nodeSqlite } from "#durable-objects/seat-map/testing/node-sqlite.ts";
import { checksumsOf } from "#durable-objects/sqlite/migrate.ts";
import { sqliteToldStore, TOLD_SCHEMA } from "./sqlite-told-store.ts";

/** Objects exist that have applied these. Add a line for a new step; never change one. */
const RELEASED = [
  "599ddca6e5b9303981e8a07abb64080f2daf246bd41bf432ad35401357d22b56",
  "4b67116c74419df5925055d13b4c524fc6d9717757466757036ecdae9c622404",
];

/** As an object was made that recorded nothing; word by word. */
const BEFORE = `
  create table if not exists told (
    booking_id text not null, ending text not null, times integer not null, primary key (booking_id, ending)
  ) without rowid;
  create table if not exists told_position (
    topic text not null, partition integer not null, next_offset integer not null, primary key (topic, partition)
  ) without rowid;
  insert into told_position values ('ticketflow.booking.confirmed', 3, 17);`;

it("the steps that were released are as they were, and every new one is here", () => {
  expect(checksumsOf(TOLD_SCHEMA.steps)).toEqual(RELEASED);
});

it("an object that was made before goes on, beside the auditor's own records", () => {
  const database = new DatabaseSync(":memory:");
  database.exec("create table migration (version integer primary key, hash text not null)");
  database.exec(BEFORE);
  const store = sqliteToldStore(nodeSqlite(database));
  expect(store.positions()).toEqual([{ topic: "ticketflow.booking.confirmed", partition: 3, offset: 17 }]);
  expect(database.prepare("select count(*) as n from migration").get()).toEqual({ n: 0 });
  database.exec("insert into told_migration values (3, 'later')");
  expect(() => sqliteToldStore(nodeSqlite(database))).toThrow("at version 3, this code only knows 2");
});
