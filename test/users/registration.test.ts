import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { relay } from "#shared/postgres/relay.ts";
import { parseEnvelope } from "#shared/saga/envelope.ts";
import { register } from "../../workers/users/src/use-cases/register.ts";
import { sweep } from "../../workers/users/src/use-cases/sweep.ts";
import { startUsers, type Users } from "./world.ts";

const TRACE = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";
let users: Users;
beforeAll(async () => {
  users = await startUsers();
}, 60_000);
afterAll(() => users.close());
beforeEach(() => {
  Object.assign(users.world, { kafkaIsDown: false, sent: [] });
});

const registration = (email = `new-${crypto.randomUUID()}@ticketflow.dev`) =>
  register(users.deps, { name: "New Buyer", email, password: "Secret1234" }, TRACE);

describe("user.registered", () => {
  it("is written with the account, sent after it, and forgotten once it is sent", async () => {
    const { account, outbox } = await registration();
    expect(users.world.sent).toEqual([]);
    await relay(users.deps, outbox);
    const [message] = users.world.sent;
    expect(message).toMatchObject({ topic: "ticketflow.user.registered", key: account.id });
    const parsed = parseEnvelope("user.registered", message!.value);
    expect(parsed).toMatchObject({
      ok: true,
      envelope: {
        id: `user.registered:${account.id}`,
        traceparent: TRACE,
        payload: {
          userId: account.id,
          name: "New Buyer",
          email: account.email,
          registeredAt: account.createdAt.toISOString(),
        },
      },
    });
    expect(message!.value).not.toContain("Secret1234");
    expect(message!.value).not.toContain("scrypt");
    users.world.now += 60_000;
    await sweep(users.deps);
    expect(users.world.sent).toHaveLength(1);
  });

  it("is sent by the sweep when its writer could not, but not while it still may", async () => {
    users.world.kafkaIsDown = true;
    const { account, outbox } = await registration();
    await expect(relay(users.deps, outbox)).rejects.toThrow("kafka is unavailable");
    users.world.kafkaIsDown = false;
    await sweep(users.deps);
    expect(users.world.sent).toEqual([]);
    users.world.now += 60_000;
    await sweep(users.deps);
    expect(users.world.sent.map(({ key }) => key)).toEqual([account.id]);
  });

  it("is not sent for an account that was refused", async () => {
    const email = `twice-${crypto.randomUUID()}@ticketflow.dev`;
    const tries = await Promise.allSettled([registration(email), registration(email.toUpperCase())]);
    expect(tries.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    users.world.now += 60_000;
    await sweep(users.deps);
    expect(users.world.sent).toHaveLength(1);
  });
});
