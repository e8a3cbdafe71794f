import { describe, expect, it } from "vitest";
import { useWorld } from "./support/world.ts";

const world = useWorld();

describe("MongoDB out", () => {
  it("makes a message wait, and nothing of it is lost or done twice", async () => {
    const booking = world().booking();
    await world().database.stop();
    expect(await world().deliver(booking.requested)).toBe("unavailable");
    await world().database.start();
    await world().deliverUntilDone(booking.requested);
    expect(await world().end(booking)).toMatchObject({
      state: "AUTHORISED",
      intents: ["requires_capture after 1 tries"],
    });
  });
});
