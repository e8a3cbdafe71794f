import { beforeEach, describe, expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import type { Payment } from "../core/payment.ts";
import { messageOf, NOW, paymentOf } from "../testing/samples.ts";
import type { Payments } from "./payments.ts";

const AT = new Date(NOW + 1_000);

/** The invariants of {@link Payments}, for any implementation. `empty` gives one without any payment. */
export function describePayments(name: string, empty: () => Promise<Payments>): void {
  let payments: Payments;
  beforeEach(async () => {
    payments = await empty();
  });

  async function added(over: Partial<Payment> = {}): Promise<Payment> {
    const payment = paymentOf(over);
    expect(await payments.add(payment)).toBe(true);
    return payment;
  }
  const read = async ({ _id }: Payment) => (await payments.find(_id))!;

  describe(`${name}: a payment`, () => {
    it("is found whole, by its id and by its booking", async () => {
      const payment = await added();
      expect(await payments.find(payment._id)).toEqual(payment);
      expect(await payments.ofBooking(payment.bookingId)).toEqual(payment);
      expect(await payments.find("pay_unknown")).toBeNull();
      expect(await payments.ofBooking("bkg_unknown")).toBeNull();
    });

    it("is the only one of its booking, and a second leaves the first as it is", async () => {
      const { bookingId, ...first } = await added();
      const second = paymentOf({ bookingId, amount: 9_000 });
      expect(await payments.add(second)).toBe(false);
      expect(await payments.ofBooking(bookingId)).toMatchObject(first);
      expect(await payments.find(second._id)).toBeNull();
    });

    it("of ten added at once for one booking is one", async () => {
      const all = Array.from({ length: 10 }, () => paymentOf({ bookingId: "bkg_1" }));
      const results = await Promise.all(all.map((each) => payments.add(each)));
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(await payments.ofBooking("bkg_1")).toEqual(all[results.indexOf(true)]);
    });

    it("is added with others, each by itself: one that its booking has already keeps no other out", async () => {
      const { bookingId } = await added();
      const [first, second, last] = [paymentOf(), paymentOf({ bookingId }), paymentOf()];
      expect(await payments.addEach([first, second, last])).toEqual([true, false, true]);
      expect(await payments.ofBookings([last.bookingId, "bkg_unknown", first.bookingId])).toEqual([
        last,
        null,
        first,
      ]);
    });

    it("moves with others in one write, each with its messages, which are sent together", async () => {
      const some = [await added(), await added()];
      const change = { state: "CAPTURED" as const, updatedAt: AT };
      const steps = some.map((read) => ({ read, change, outbox: [messageOf(read)] }));
      const written = await payments.writeEach(steps);
      expect(written).toEqual(await Promise.all(some.map(read)));
      expect(written.map((one) => [one!.state, one!.rev, one!.unsent, one!.outbox.length])).toEqual([
        ["CAPTURED", 2, true, 1],
        ["CAPTURED", 2, true, 1],
      ]);
      const sent: OutgoingMessage[][] = [];
      await payments.relayEach(written as Payment[], async (messages) => void sent.push(messages));
      expect(sent).toEqual([written.flatMap((one) => one!.outbox)]);
      expect((await Promise.all(some.map(read))).map(({ outbox, unsent }) => [outbox, unsent])).toEqual([
        [[], false],
        [[], false],
      ]);
    });

    it("is noted as sent along with what others write, unless it was written since", async () => {
      const [sent, since, other] = [await added(), await added(), await added()];
      const told = await Promise.all(
        [sent, since].map(async (one) => (await payments.write(one, {}, [messageOf(one)]))!),
      );
      const [step] = await payments.writeEach(
        [{ read: other, change: { failureReason: "x" }, outbox: [] }],
        [told[0]!],
      );
      expect(step).toEqual(await read(other));
      expect(await read(sent)).toEqual({ ...told[0], outbox: [], unsent: false });
      await payments.write(told[1]!, {}, []);
      await payments.noteSent([told[1]!]);
      expect(await read(since)).toMatchObject({ rev: 3, unsent: true });
    });

    it("that somebody else has moved stays as it is, and nobody is told who of the others was moved", async () => {
      const [moved, other] = [await added(), await added()];
      await payments.write(moved, { failureReason: "faster" }, []);
      const change = { failureReason: "slower" };
      const steps = [moved, other].map((read) => ({ read, change, outbox: [] }));
      expect(await payments.writeEach(steps)).toEqual([null, null]);
      expect(await read(moved)).toMatchObject({ failureReason: "faster", rev: 2 });
      expect(await read(other)).toMatchObject({ failureReason: "slower", rev: 2 });
    });

    it("of an earlier version is given what has been added since", async () => {
      const { refunds: _refunds, seenWebhooks: _seen, ...old } = paymentOf();
      await payments.add(old as Payment);
      expect(await payments.find(old._id)).toMatchObject({ refunds: [], seenWebhooks: [] });
    });

    it("that came back is a copy: what is done to it is done to nobody else's", async () => {
      const payment = await added();
      const seen = await read(payment);
      seen.state = "CAPTURED";
      seen.payBy.setTime(0);
      seen.seenWebhooks.push("evt_1");
      payment.outbox.push(messageOf(payment));
      expect(await read(payment)).toMatchObject({
        ...{ state: "CREATED", payBy: new Date(NOW + 240_000), seenWebhooks: [], outbox: [] },
      });
    });
  });

  describe(`${name}: who may see a payment`, () => {
    it("is its own buyer, and whoever may see all", async () => {
      const { _id, bookingId } = await added();
      for (const id of [{ _id }, { bookingId }]) {
        expect(await payments.visible(id, { userId: "usr_1" })).toMatchObject({ _id });
        expect(await payments.visible(id, "all")).toMatchObject({ _id });
        expect(await payments.visible(id, { userId: "usr_9" })).toBeNull();
      }
    });

    it("is nobody where it is but the mark that a payment must never start", async () => {
      const { _id } = await added({ organiserId: "", state: "VOIDED" });
      expect(await payments.visible({ _id }, "all")).toBeNull();
    });
  });

  describe(`${name}: payments by name`, () => {
    it("are those of the bookings and of the intents that were named, and no others", async () => {
      const [one, two, three] = [await added(), await added({ intentId: "pi_2" }), await added()];
      const by = { bookingIds: [one.bookingId, "bkg_unknown"], intentIds: ["pi_2", "pi_unknown"] };
      const found = (await payments.named(by)).map(({ _id }) => _id);
      expect(found.toSorted()).toEqual([one._id, two._id].toSorted());
      expect(found).not.toContain(three._id);
      expect(await payments.named({ bookingIds: [], intentIds: [] })).toEqual([]);
    });
  });

  describe(`${name}: a step`, () => {
    it("is written whole: the change, the messages, one more to the count of writes", async () => {
      const payment = await added();
      const message = messageOf(payment);
      const written = await payments.write(payment, { state: "AUTHORISING", intentId: "pi_1" }, [message]);
      const after = { ...payment, state: "AUTHORISING", intentId: "pi_1" };
      expect(written).toEqual({ ...after, outbox: [message], unsent: true, rev: 2 });
      expect(await read(payment)).toEqual(written);
    });

    it("keeps the messages that have not been sent yet, before its own", async () => {
      const payment = await added();
      const [first, second] = [messageOf(payment), { ...messageOf(payment), key: "second" }];
      const once = (await payments.write(payment, {}, [first]))!;
      expect(await payments.write(once, {}, [second])).toMatchObject({ outbox: [first, second] });
    });

    it("decided on a payment that others have written since changes nothing", async () => {
      const payment = await added();
      const theirs = await payments.write(payment, { state: "VOIDED" }, []);
      expect(await payments.write(payment, { state: "AUTHORISING" }, [messageOf(payment)])).toBeNull();
      expect(await read(payment)).toEqual(theirs);
    });

    it("of ten decided on the same reading is one", async () => {
      const payment = await added();
      const tries = Array.from({ length: 10 }, (_, n) => payments.write(payment, { keyNumber: n + 1 }, []));
      const written = (await Promise.all(tries)).filter((each) => each !== null);
      expect(written).toHaveLength(1);
      expect(await read(payment)).toEqual(written[0]);
    });

    it("of a payment that is not there changes nothing", async () => {
      expect(await payments.write(paymentOf(), { state: "VOIDED" }, [])).toBeNull();
    });
  });

  describe(`${name}: a webhook`, () => {
    const intent = (id: string) => ({ id, about: "intent" }) as const;
    const aftermath = (id: string) => ({ id, about: "aftermath" }) as const;

    it("makes a payment in flight due at once, and is no step", async () => {
      const payment = await added({ state: "ACTION_REQUIRED" });
      const taken = await payments.takeWebhook({ bookingId: payment.bookingId }, intent("evt_1"), AT);
      expect(taken).toEqual({ ...payment, checkAt: AT, seenWebhooks: ["evt_1"] });
      expect(await payments.write(payment, { state: "AUTHORISED" }, [])).not.toBeNull();
    });

    it("is found by its intent where it names no booking", async () => {
      const { _id } = await added({ intentId: "pi_1" });
      expect(await payments.takeWebhook({ intentId: "pi_1" }, intent("evt_1"), AT)).toMatchObject({ _id });
      expect(await payments.takeWebhook({ intentId: "pi_2" }, intent("evt_1"), AT)).toBeNull();
    });

    it("is taken in once", async () => {
      const { bookingId } = await added();
      const take = (id: string) => payments.takeWebhook({ bookingId }, intent(id), AT);
      expect(await take("evt_1")).not.toBeNull();
      expect(await take("evt_1")).toBeNull();
      expect(await take("evt_2")).toMatchObject({ seenWebhooks: ["evt_1", "evt_2"] });
    });

    it("is forgotten after twenty others, so that a payment does not grow for ever", async () => {
      const payment = await added();
      for (let n = 1; n <= 22; n++) {
        await payments.takeWebhook({ bookingId: payment.bookingId }, intent(`evt_${n}`), AT);
      }
      const { seenWebhooks } = await read(payment);
      expect(seenWebhooks).toEqual(Array.from({ length: 20 }, (_, n) => `evt_${n + 3}`));
    });

    it("about its intent changes nothing once the payment rests; about its refunds it does after the capture", async () => {
      const { bookingId } = await added({ state: "CAPTURED", checkAt: null });
      expect(await payments.takeWebhook({ bookingId }, intent("evt_1"), AT)).toBeNull();
      expect(await payments.takeWebhook({ bookingId }, aftermath("evt_1"), AT)).not.toBeNull();
      const dead = await added({ state: "VOIDED", checkAt: null });
      expect(await payments.takeWebhook({ bookingId: dead.bookingId }, aftermath("evt_1"), AT)).toBeNull();
      expect(await read(dead)).toEqual(dead);
    });
  });

  describe(`${name}: payments that are due for a look`, () => {
    it("are those whose time has come, the longest due first, as many as were asked for", async () => {
      const due = (ms: number | null) => added({ checkAt: ms === null ? null : new Date(NOW + ms) });
      const [late, , , early] = [await due(20), await due(31), await due(null), await due(10)];
      const ids = async (limit: number) =>
        (await payments.due(new Date(NOW + 30), limit)).map(({ _id }) => _id);
      expect(await ids(10)).toEqual([early._id, late._id]);
      expect(await ids(1)).toEqual([early._id]);
    });
  });

  describe(`${name}: what a payment has to say`, () => {
    const sent: OutgoingMessage[][] = [];
    const send = async (messages: OutgoingMessage[]) => {
      sent.push(messages);
    };
    const fail = () => Promise.reject(new Unavailable("kafka", "no broker"));
    beforeEach(() => {
      sent.length = 0;
    });

    async function saying(): Promise<Payment> {
      const payment = await added();
      return (await payments.write(payment, {}, [messageOf(payment)]))!;
    }

    it("is sent, and forgotten after that", async () => {
      const payment = await saying();
      await payments.relay(payment, send);
      expect(sent).toEqual([payment.outbox]);
      expect(await read(payment)).toEqual({ ...payment, outbox: [], unsent: false });
      expect(await payments.sweepOutbox(send, AT)).toBe(0);
    });

    it("is kept where it could not be sent, until a sweep sends it", async () => {
      const payment = await saying();
      await expect(payments.relay(payment, fail)).rejects.toThrow(Unavailable);
      expect(await read(payment)).toEqual(payment);
      await expect(payments.sweepOutbox(fail, AT)).rejects.toThrow(Unavailable);
      expect(await payments.sweepOutbox(send, AT)).toBe(1);
      expect(sent).toEqual([payment.outbox]);
      expect(await read(payment)).toMatchObject({ outbox: [], unsent: false });
    });

    it("that the log refuses waits, and does not stand in the way of what others have to say", async () => {
      const [refused, other] = [await saying(), await saying()];
      const picky = async (messages: OutgoingMessage[]) => {
        if (messages[0]!.key === refused.bookingId) throw new Error("too large");
        return send(messages);
      };
      await expect(payments.sweepOutbox(picky, AT)).rejects.toThrow("too large");
      expect(sent).toEqual([other.outbox]);
      expect(await payments.sweepOutbox(picky, AT)).toBe(0);
      expect(await payments.sweepOutbox(send, new Date(AT.getTime() + 3_600_000))).toBe(1);
      expect(await read(refused)).toMatchObject({ outbox: [], unsent: false });
    });

    it("is not forgotten by one who has not seen all of it", async () => {
      const before = await saying();
      const after = (await payments.write(before, {}, [messageOf(before)]))!;
      await payments.relay(before, send);
      expect(await read(before)).toEqual(after);
    });
  });

  it(`${name}: answers whether it is there`, async () => {
    expect(await payments.ping()).toBe(true);
  });
}
