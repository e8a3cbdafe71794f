import { describe, expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import type { Booking } from "../payments/support/booking.ts";
import { reach } from "../payments/support/states.ts";
import { useSaga } from "./support/saga.ts";

const saga = useSaga();
const world = () => saga().money;

const AUTHORISED = "payment_intent.amount_capturable_updated";
const DECLINED = "payment_intent.payment_failed";
const CAPTURED = "payment_intent.succeeded";

const delivery = ({ id }: Pick<Booking, "id">, type: string) => world().stripe.inbox.delivery(id, type);

describe("a webhook of an authorisation", () => {
  const authorisedOnce = async (booking: Booking) =>
    expect(await world().end(booking)).toMatchObject({
      state: "AUTHORISED",
      intents: ["requires_capture after 1 tries"],
      said: ["payment.processed SUCCESS"],
    });

  it("before the API's answer: left to that answer", async () => {
    const booking = world().booking();
    const deps = world().deps();
    const { confirm } = deps.provider;
    deps.provider.confirm = async (...call) => {
      const intent = await confirm(...call);
      expect(await world().takeIn(await delivery(booking, AUTHORISED))).toBe(false);
      expect(await world().payment(booking)).toMatchObject({ state: "AUTHORISING" });
      return intent;
    };
    expect(await world().deliver(booking.requested, deps)).toBe("done");
    await authorisedOnce(booking);
  });

  it("instead of the API's answer: the redelivery finds it done", async () => {
    const booking = world().booking();
    await world().stripe.fault("POST /v1/payment_intents/*/confirm", "disconnect_after");
    expect(await world().deliver(booking.requested)).toBe("unavailable");
    expect(await world().takeIn(await delivery(booking, AUTHORISED))).toBe(false);
    expect(await world().deliver(booking.requested)).toBe("done");
    await authorisedOnce(booking);
  });

  it("after the API's answer: it changes nothing", async () => {
    const booking = await reach(world(), "AUTHORISED");
    expect(await world().takeIn(await delivery(booking, AUTHORISED))).toBe(false);
    await authorisedOnce(booking);
  });

  it("before the new intent is stored: neither is lost", async () => {
    const booking = world().booking();
    const deps = world().deps();
    const { createIntent } = deps.provider;
    deps.provider.createIntent = async (...call) => {
      const intent = await createIntent(...call);
      await world().takeIn(await delivery(booking, "payment_intent.created"));
      return intent;
    };
    expect(await world().deliver(booking.requested, deps)).toBe("done");
    await authorisedOnce(booking);
  });
});

describe("a webhook of a decline", () => {
  it.each(["confirm", "cancel"] as const)(
    "before the API's answer to %s: the card's own code is kept",
    async (operation) => {
      const booking = world().booking({ card: "pm_card_chargeDeclinedInsufficientFunds" });
      const deps = world().deps();
      const call = deps.provider[operation] as (...args: unknown[]) => Promise<never>;
      const slow = async (...args: unknown[]) => {
        const intent = await call(...args);
        await world().takeIn(await delivery(booking, DECLINED));
        return intent;
      };
      Object.assign(deps.provider, { [operation]: slow });
      expect(await world().deliver(booking.requested, deps)).toBe("done");
      expect(await world().end(booking)).toMatchObject({
        state: "FAILED",
        failureReason: "insufficient_funds",
        intents: ["canceled after 1 tries"],
        said: ["payment.processed FAILED"],
      });
    },
  );
});

describe("a booking whose webhooks come", () => {
  const takeIn = async (id: string, type: string) =>
    world().takeIn(await delivery({ id }, type), saga().paymentsDeps());
  const CONFIRMED = {
    ...{ booking: "CONFIRMED", seats: "RESERVED A-1", intents: ["succeeded after 1 tries"], refunded: 0 },
  };
  const MOMENTS = [
    ["confirm", AUTHORISED],
    ["capture", CAPTURED],
  ] as const;

  it.each(MOMENTS)("before the API's answer to %s is confirmed, charged once", async (call, type) => {
    const id = await saga().request("usr_1", ["A-1"]);
    saga().slow(call, "after", async () => {
      expect(await takeIn(id, type)).toBe(false);
      await saga().kafka.run();
    });
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual(CONFIRMED);
  });

  it.each(MOMENTS)("after the API's answer to %s stays as it is", async (_call, type) => {
    const id = await saga().book("usr_1", ["A-1"]);
    expect(await saga().standing(id)).toEqual(CONFIRMED);
    expect(await takeIn(id, type)).toBe(false);
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual(CONFIRMED);
  });

  it.each(MOMENTS)("instead of the API's answer to %s is confirmed, charged once", async (call, type) => {
    const id = await saga().request("usr_1", ["A-1"]);
    saga().slow(call, "after", async () => {
      expect(await takeIn(id, type)).toBe(false);
      throw new Unavailable("stripe", "the answer is lost");
    });
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual(CONFIRMED);
  });
});
