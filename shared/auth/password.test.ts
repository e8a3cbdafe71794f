import { describe, expect, it } from "vitest";
import { hashPassword, verifyPassword } from "./password.ts";

describe("passwords", () => {
  it("are verified against their hash only", async () => {
    const stored = await hashPassword("Test1234!");
    expect(stored).not.toContain("Test1234!");
    expect(await verifyPassword("Test1234!", stored)).toBe(true);
    expect(await verifyPassword("Test1234?", stored)).toBe(false);
  });

  it("get a salt of their own", async () => {
    expect(await hashPassword("Test1234!")).not.toBe(await hashPassword("Test1234!"));
  });

  it.each(["", "plain", "scrypt$1048576$8$1$AAAA$AAAA", "md5$1$1$1$AAAA$AAAA"])(
    "a foreign or too costly hash verifies nothing: %s",
    async (stored) => {
      expect(await verifyPassword("", stored)).toBe(false);
    },
  );
});
