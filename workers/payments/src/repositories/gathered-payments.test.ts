import { expect, it } from "vitest";
import { memoryPayments } from "../testing/memory-payments.ts";
import { NOW, paymentOf } from "../testing/samples.ts";
import { gatheredPayments } from "./gathered-payments.ts";
import { RecentPayments } from "./recent-payments.ts";

const message = (value: string) => ({ topic: "t", partition: 0, key: "k", value });

/** A payment that says something, and whose consumer has sent that. */
async function told() {
  const { payments } = memoryPayments();
  const planned: (() => Promise<void>)[] = [];
  const recent = new RecentPayments(
    () => NOW,
    (work) => void planned.push(work),
  );
  const gathered = gatheredPayments(payments, { recent });
  const fresh = paymentOf();
  await gathered.add(fresh);
  const written = (await gathered.write(fresh, { state: "AUTHORISING" }, [message("first")]))!;
  const sent: string[] = [];
  await gathered.relay(written, async (some) => void sent.push(...some.map(({ value }) => value)));
  expect(sent).toEqual(["first"]);
  const stored = async () => (await payments.find(fresh._id))!;
  const outbox = async () => (await stored()).outbox.map(({ value }) => value);
  return { payments, gathered, planned, stored, outbox };
}

it("what is sent is noted a moment later, and until then by a sweep it would be sent again", async () => {
  const { planned, stored, outbox } = await told();
  expect(await outbox()).toEqual(["first"]);
  expect((await stored()).unsent).toBe(true);
  await planned.shift()!();
  expect(await stored()).toMatchObject({ outbox: [], unsent: false, rev: 2 });
});

it("who reads a payment that was told writes it without what it said", async () => {
  const { gathered, stored, outbox } = await told();
  expect(await gathered.write(await stored(), { state: "VOIDING" }, [message("second")])).not.toBeNull();
  expect(await outbox()).toEqual(["second"]);
});

it("what somebody else has written since is sent along", async () => {
  const { payments, gathered, stored, outbox } = await told();
  await payments.write(await stored(), {}, [message("theirs")]);
  await gathered.write(await stored(), {}, [message("ours")]);
  expect(await outbox()).toEqual(["first", "theirs", "ours"]);
});

it("a payment that was told is noted with another's step", async () => {
  const { gathered, outbox } = await told();
  const other = paymentOf();
  await gathered.add(other);
  expect(await gathered.write(other, { state: "AUTHORISING" }, [])).toMatchObject({ rev: 2 });
  expect(await outbox()).toEqual([]);
});
