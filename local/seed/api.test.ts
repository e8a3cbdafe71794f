import { describe, expect, it } from "vitest";
import { ApiError, answerOf } from "./api.ts";

const request = new Request("http://localhost:1/api/bookings?x=1", { method: "POST" });
const outcome = (status: number, error: unknown) =>
  Promise.resolve({ error, request, response: new Response(null, { status }) });

describe("the answer of a call", () => {
  it("is its body", async () => {
    expect(await answerOf(Promise.resolve({ data: 7, request, response: new Response() }))).toBe(7);
  });

  it("is an error that says what was refused, and with which code", async () => {
    const refused = await answerOf(outcome(409, { code: "PRICE_CHANGED" })).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({
      status: 409,
      code: "PRICE_CHANGED",
      message: 'POST /api/bookings answered 409: {"code":"PRICE_CHANGED"}',
    });
    await expect(answerOf(outcome(502, "no problem document"))).rejects.toMatchObject({ code: undefined });
  });

  it("is what went wrong when there is none", async () => {
    await expect(answerOf(Promise.resolve({ error: new Error("refused"), request }))).rejects.toThrow(
      "refused",
    );
  });
});
