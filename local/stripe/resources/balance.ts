import type Stripe from "stripe";
import { type Endpoint, endpoint, ok } from "./endpoint.ts";

/**
 * https://docs.stripe.com/api/balance. Captured minus refunded, per currency, without fees, all of it available
 * at once. Summed from the charges: cheap enough for a probe, and it cannot drift from them.
 */
const retrieve = endpoint({
  method: "GET",
  path: "/v1/balance",
  returns: { kind: "other", isList: false },
  params: {},
  run(work) {
    const rows = work.store.db
      .prepare(
        "SELECT json_extract(doc, '$.currency') AS currency, " +
          "SUM(json_extract(doc, '$.amountCaptured') - json_extract(doc, '$.amountRefunded')) AS amount " +
          "FROM objects WHERE kind = 'charge' AND json_extract(doc, '$.captured') GROUP BY 1 ORDER BY 1",
      )
      .all();
    const available = rows.map((row) => {
      const amount = Number(row.amount);
      return { amount, currency: String(row.currency), source_types: { card: amount } };
    });
    const empty = [{ amount: 0, currency: "usd", source_types: { card: 0 } }];
    const balance: Stripe.Balance = {
      object: "balance",
      available: available.length > 0 ? available : empty,
      livemode: false,
      pending: empty,
    };
    return ok(balance);
  },
});

export const balanceEndpoints: Endpoint[] = [retrieve];
