import { expect, it } from "vitest";
import { Problem, Unavailable } from "#shared/errors/problem.ts";
import { newId } from "#shared/ids/id.ts";
import type { LedgerRpc } from "#shared/rpc/inventory.ts";
import { seatsAt } from "./seats-at.ts";

const EVENT = newId("evnt", 0);

/** A ledger without a row, and what it was asked. */
function emptyLedger() {
  const asked: string[] = [];
  const ledger: LedgerRpc = {
    async ledgerLayout(eventId) {
      asked.push(eventId);
      return null;
    },
    async ledgerPage() {
      return { rows: [], nextSeq: null };
    },
  };
  return { ledger, asked };
}

it("asks no map for what is no event's id: a map is made by the first question", async () => {
  const { ledger, asked } = emptyLedger();
  await expect(seatsAt(ledger, "nothing", 1)).rejects.toThrow(Problem);
  expect(asked).toEqual([]);
});

it("finds no event where there is no ledger", async () => {
  const { ledger, asked } = emptyLedger();
  await expect(seatsAt(ledger, EVENT, 1)).rejects.toMatchObject({ code: "EVENT_NOT_FOUND" });
  expect(asked).toEqual([EVENT]);
});

it("says that inventory does not answer", async () => {
  const ledgerPage = () => Promise.reject(new Error("reset"));
  const { ledger } = emptyLedger();
  await expect(seatsAt({ ...ledger, ledgerPage }, EVENT, 1)).rejects.toThrow(Unavailable);
});
