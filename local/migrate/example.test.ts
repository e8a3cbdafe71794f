import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../config.ts";
import type { ServiceDatabase } from "../postgres/databases.ts";
import { startTestPostgres, type TestPostgres } from "../postgres/testing.ts";
import { migratePostgres } from "./migrate.ts";

const { root } = readConfig({});
/** Files that docs/migrations.md shows, by their names. */
const shown = [
  ...readFileSync(join(root, "docs/migrations.md"), "utf8").matchAll(/^```sql\n-- (\S+)\n([\s\S]*?)^```$/gm),
];
const [expand, contract] = shown.map(([, path, text]) => ({ name: basename(path!), text: text! }));

let postgres: TestPostgres;
let service: ServiceDatabase;
let dir: string;
let client: Client;
beforeAll(async () => {
  postgres = await startTestPostgres();
  service = await postgres.addDatabase("bookings");
  dir = mkdtempSync(join(tmpdir(), "ticketflow-example-"));
  cpSync(join(root, "migrations/postgres/bookings"), dir, { recursive: true });
  const { host, port } = postgres;
  client = new Client({ host, port, user: "bookings", database: "bookings", password: service.password });
  await client.connect();
}, 60_000);
afterAll(async () => {
  await client.end();
  await postgres.close();
  rmSync(dir, { recursive: true, force: true });
});

const migrate = () =>
  migratePostgres({
    host: postgres.host,
    port: postgres.port,
    service: "bookings",
    password: service.password,
    dir,
  });
/** As code writes that knows the one column, or the other. */
const book = (id: string, column: string, at: string) =>
  client.query(
    `insert into booking (id, user_id, user_email, user_name, organiser_id, event_id, event_name, ${column}, venue_name,
       state, requested_seat_ids, general_admission, total_amount, currency, created_at, updated_at)
     values ($1, 'u', 'e', 'n', 'o', 'e', 'n', $2, 'v', 'INITIATED', '[]', '[]', 1, 'EUR', now(), now())`,
    [id, at],
  );
const both = async () =>
  (await client.query("select id, event_date = event_starts_at as same from booking order by id")).rows;

test("a column gets another name over three releases, as the page shows it", async () => {
  await migrate();
  await book("before", "event_date", "2027-01-01T18:00:00Z");

  writeFileSync(join(dir, expand!.name), expand!.text);
  expect(await migrate()).toHaveLength(1);
  await book("by old code", "event_date", "2027-01-02T18:00:00Z");
  await book("by new code", "event_starts_at", "2027-01-03T18:00:00Z");
  await client.query("update booking set event_date = '2027-02-01T12:00Z' where id = 'by new code'");
  await client.query("update booking set event_starts_at = '2027-02-02T12:00Z' where id = 'by old code'");
  await client.query("update booking set reminders = 1");
  expect(await both()).toEqual(["before", "by new code", "by old code"].map((id) => ({ id, same: true })));

  writeFileSync(join(dir, contract!.name), contract!.text);
  expect(await migrate()).toHaveLength(1);
  await book("later", "event_starts_at", "2027-01-04T18:00:00Z");
  const { rows } = await client.query(
    "select (event_starts_at at time zone 'UTC')::date::text as on from booking order by id",
  );
  expect(rows.map((row) => row.on)).toEqual(["2027-01-01", "2027-02-01", "2027-02-02", "2027-01-04"]);
});
