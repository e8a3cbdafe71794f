import { describe, expect, it } from "vitest";
import type { Envelope } from "#shared/saga/envelope.ts";
import type { Booking, BookingOptions } from "./support/booking.ts";
import { Crash } from "./support/crash.ts";
import { useWorld, type World } from "./support/world.ts";

const world = useWorld();

/** More calls than any of these ways has: a way that never ends would be a fault too. */
const MAX_CALLS = 50;

type Way = (booking: Booking) => Envelope[];
const ways: [string, BookingOptions, Way][] = [
  ["paid", {}, ({ requested, capture }) => [requested, capture]],
  ["declined", { card: "pm_card_chargeDeclined" }, ({ requested, failed }) => [requested, failed]],
  ["authenticated never", { card: "pm_card_authenticationRequired" }, (b) => [b.requested, b.failed]],
  ["undone", {}, ({ requested, failed }) => [requested, failed]],
  ["undone first", {}, ({ failed, requested }) => [failed, requested]],
  ["too late", { payWithinMs: 0 }, ({ requested, failed }) => [requested, failed]],
  ["taken and given back", {}, ({ requested, capture, cancelled }) => [requested, capture, cancelled]],
  ["on Stripe's page, and undone", { card: null }, ({ requested, cancelled }) => [requested, cancelled]],
  ["nothing to pay, and cancelled", { amount: 0 }, (b) => [b.requested, b.capture, b.cancelled]],
  ["nothing to pay", { amount: 0 }, ({ requested, capture }) => [requested, capture]],
];

describe.each(ways)("a payment that is %s", (_, options, way) => {
  it("ends the same, whichever call to a backend the process dies before", async () => {
    const undisturbed = await run(world(), options, way, null);
    const places: string[] = [];
    for (let at = 0; at < MAX_CALLS; at++) {
      const crash = new Crash(at);
      expect(await run(world(), options, way, crash)).toEqual(undisturbed);
      if (crash.where === null) break;
      places.push(crash.where);
    }
    expect(places.length).toBeGreaterThan(3);
    expect(places.length).toBeLessThan(MAX_CALLS);
  });
});

it("a card is not tried once its time is over, however long Stripe took to say how it stands", async () => {
  const booking = world().booking({ payWithinMs: 60_000 });
  for (let at = 0, where: string | null = null; where !== "confirm"; at++) {
    const crash = new Crash(at);
    await world().deliver(booking.requested, crash.deps(world().deps()));
    ({ where } = crash);
    expect(at).toBeLessThan(MAX_CALLS);
  }
  // The intent is there, and nobody knows whether its card was tried.
  const deps = world().deps();
  const { provider } = deps;
  const slow: typeof provider = Object.assign(Object.create(provider), {
    retrieve: async (intentId: string) => {
      world().advance(60_000);
      return provider.retrieve(intentId);
    },
  });
  await world().deliver(booking.requested, { ...deps, provider: slow });
  await world().sweep();
  world().advance(60_000);
  await world().sweep();
  expect(await world().end(booking)).toMatchObject({
    state: "FAILED",
    intents: ["canceled after 0 tries"],
  });
});

/** One booking's messages in order; the one that the process dies under is delivered again to a new one. */
async function run(world: World, options: BookingOptions, way: Way, crash: Crash | null) {
  const booking = world.booking(options);
  for (const message of way(booking)) {
    if (crash === null || crash.where !== null) {
      expect(await world.deliver(message)).toBe("done");
      continue;
    }
    await world.deliver(message, crash.deps(world.deps()));
    if (crash.where !== null) await world.deliverUntilDone(message);
  }
  await world.sweep();
  return world.end(booking);
}
