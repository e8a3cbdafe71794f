import { expect, it } from "vitest";
import { GroupCommit } from "./group-commit.ts";
import type { Change, WriteRequest } from "./messages.ts";

/** A writer whose transactions end when told. */
function start() {
  const transactions: { changes: Change[]; succeed: () => void; fail: (error: Error) => void }[] = [];
  const failures: Error[] = [];
  const ask = ({ changes }: WriteRequest) =>
    new Promise<null>((resolve, reject) => {
      transactions.push({ changes, succeed: () => resolve(null), fail: reject });
    });
  const commits = new GroupCommit({ ask }, (error) => failures.push(error));
  return { commits, transactions, failures };
}
const change = (partitionId: number): Change => ({ kind: "trim", partitionId, logStart: 1 });
const many = (rows: number): Change => {
  const row = { partitionId: 1, offset: 0, timestamp: 0, key: null, value: "", headers: [] };
  return { kind: "records", rows: Array.from({ length: rows }, () => row) };
};

it("writes at once when nothing runs, and together what came during a transaction", async () => {
  const { commits, transactions } = start();
  const order: number[] = [];
  const submissions = [1, 2, 3].map((n) => commits.submit([change(n)]).then(() => order.push(n)));
  expect(transactions.map(({ changes }) => changes)).toEqual([[change(1)]]);
  transactions[0]?.succeed();
  await submissions[0];
  expect(order).toEqual([1]);
  expect(transactions[1]?.changes).toEqual([change(2), change(3)]);
  transactions[1]?.succeed();
  await Promise.all(submissions);
  expect(order).toEqual([1, 2, 3]);
  expect(transactions).toHaveLength(2);
});

it("bounds a transaction, without ever splitting a submission", async () => {
  const { commits, transactions } = start();
  const submissions = [many(1), many(3_000), many(2_000), many(1), many(9_000)].map((item) =>
    commits.submit([item]),
  );
  const sizes: number[][] = [];
  for (let i = 0; i < 4; i += 1) {
    const { changes = [], succeed = () => {} } = transactions[i] ?? {};
    sizes.push(changes.map((item) => (item.kind === "records" ? item.rows.length : 0)));
    succeed();
    await new Promise(setImmediate);
  }
  await Promise.all(submissions);
  expect(sizes).toEqual([[1], [3_000, 2_000], [1], [9_000]]);
});

it("rejects what was under way, what waited and what comes after a failure, and reports it once", async () => {
  const { commits, transactions, failures } = start();
  const submissions = [commits.submit([change(1)]), commits.submit([change(2)])];
  transactions[0]?.fail(new Error("disk full"));
  for (const submission of submissions) await expect(submission).rejects.toThrow("disk full");
  await expect(commits.submit([change(3)])).rejects.toThrow("disk full");
  expect(transactions).toHaveLength(1);
  expect(failures.map(({ message }) => message)).toEqual(["disk full"]);
});
