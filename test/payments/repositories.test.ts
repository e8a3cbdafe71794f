import { afterAll, beforeAll } from "vitest";
import { describePayments } from "../../workers/payments/src/repositories/payments.contract.ts";
import { mongoPayments } from "../../workers/payments/src/repositories/payments.ts";
import { describeReconciliation } from "../../workers/payments/src/repositories/reconciliation.contract.ts";
import { mongoReconciliation } from "../../workers/payments/src/repositories/reconciliation.ts";
import { type Database, startDatabase } from "./support/backends.ts";

let database: Database;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

describePayments("MongoDB", async () => {
  await database.clear();
  return mongoPayments(database.pool);
});

describeReconciliation("MongoDB", async () => {
  await database.clear();
  return mongoReconciliation(database.pool);
});
