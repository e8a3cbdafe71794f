import { describe, expect, it } from "vitest";
import { drive } from "../../workers/payments/src/use-cases/drive.ts";
import { reach } from "./support/states.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

describe("a sweep", () => {
  it("leaves alone what somebody has just moved", async () => {
    const booking = await reach(world(), "AUTHORISING");
    await world().sweep();
    expect((await world().payment(booking)).state).toBe("AUTHORISING");
  });

  it.each(["CREATED", "AUTHORISING"] as const)("goes on with what a crash left %s", async (state) => {
    const booking = await reach(world(), state);
    world().advance(30_000);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({
      state: "AUTHORISED",
      intents: ["requires_capture after 1 tries"],
    });
  });

  it("finishes an undo", async () => {
    const booking = await reach(world(), "VOIDING");
    world().advance(30_000);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({
      state: "VOIDED",
      said: expect.arrayContaining(["payment.voided"]),
    });
  });

  it("does not let one payment that cannot be moved stand in the way of the others", async () => {
    const stuck = await reach(world(), "AUTHORISING");
    const other = await reach(world(), "VOIDING");
    const { intentId } = await world().payment(stuck);
    await world().stripe.fault(`GET /v1/payment_intents/${intentId}`, "rate_limit", 100);
    world().advance(30_000);
    await world().sweep();
    expect((await world().payment(stuck)).state).toBe("AUTHORISING");
    await world().sweep();
    expect((await world().payment(other)).state).toBe("VOIDED");
  });

  it("gives up for this time when a backend is out, instead of waiting for it once a payment", async () => {
    for (let n = 0; n < 3; n++) await reach(world(), "AUTHORISING");
    world().advance(30_000);
    const deps = world().deps();
    const { retrieve } = deps.provider;
    let asked = 0;
    deps.provider.retrieve = (id) => {
      asked++;
      return retrieve(id);
    };
    await world().stripe.fault("GET /v1/payment_intents/*", "rate_limit", 100);
    await world().sweep(deps);
    expect(asked).toBe(1);
  });

  it("looks after payments while Kafka is out, and sends what there is to say afterwards", async () => {
    const unsent = world().booking();
    world().isKafkaDown = true;
    expect(await world().deliver(unsent.requested)).toBe("unavailable");
    world().isKafkaDown = false;
    const abandoned = await reach(world(), "ACTION_REQUIRED");
    world().isKafkaDown = true;
    world().advance(240_000);
    await world().sweep();
    expect(await world().end(abandoned)).toMatchObject({ state: "FAILED", unsent: true });
    world().isKafkaDown = false;
    await world().sweep();
    expect(await world().end(abandoned)).toMatchObject({ unsent: false });
    expect(world().said(abandoned)).toContain("payment.processed FAILED");
    expect(world().said(unsent)).toEqual(["payment.processed SUCCESS"]);
  });

  it("has nothing to look at once a payment is at rest", async () => {
    await reach(world(), "CAPTURED");
    await reach(world(), "FAILED");
    await reach(world(), "VOIDED");
    await reach(world(), "AUTHORISED");
    world().advance(86_400_000);
    const { payments, clock } = world().deps();
    expect(await payments.due(new Date(clock()), 10)).toEqual([]);
  });
});

describe("a payment that others keep writing", () => {
  it("is left for later instead of being driven for ever", async () => {
    const booking = await reach(world(), "AUTHORISING");
    const deps = world().deps();
    deps.payments.write = () => Promise.resolve(null);
    await expect(drive(deps, await world().payment(booking))).rejects.toMatchObject({ backend: "payments" });
  });
});
