import { afterAll, beforeAll } from "vitest";
import { describeSeatMaps } from "../../workers/inventory/src/repositories/seat-maps.contract.ts";
import { postgresSeatMaps } from "../../workers/inventory/src/repositories/seat-maps.ts";
import { type InventoryDatabase, startInventoryDatabase } from "./postgres.ts";

let under: InventoryDatabase;

beforeAll(async () => {
  under = await startInventoryDatabase();
}, 60_000);
afterAll(() => under.close());

describeSeatMaps("Postgres", async () => postgresSeatMaps(await under.empty()));
