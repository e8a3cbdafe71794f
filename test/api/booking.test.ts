import { beforeAll, describe, expect, inject, it } from "vitest";
import { ACCOUNTS } from "#local/seed/accounts.ts";
import { type Api, signIn } from "#local/seed/api.ts";
import { platformOf } from "../support/platform.ts";

const { url } = platformOf(inject("platform"));

describe("a booking", () => {
  let buyer: Api;
  beforeAll(async () => {
    buyer = await signIn(url, ACCOUNTS.buyer);
  });

  it("starts with who asks", async () => {
    const me = await buyer.get<{ email: string }>("/api/users/me");
    expect(me.email).toBe(ACCOUNTS.buyer.email);
  });
});
