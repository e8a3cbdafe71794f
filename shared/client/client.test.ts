import { describe, expect, it } from "vitest";
import { apiClient } from "./client.ts";
import { getBooking, listEvents } from "./generated/sdk.gen.ts";

const baseUrl = "http://localhost:1";

/** A `fetch` that keeps what it was asked for, and answers with this. */
function answering(response: () => Response) {
  const asked: Request[] = [];
  const send: typeof fetch = async (input, init) => {
    asked.push(new Request(input, init));
    return response();
  };
  return { asked, send };
}

describe("the API's client", () => {
  it("calls a route at its address, with its parameters and the caller's token", async () => {
    const { asked, send } = answering(() => Response.json({ id: "bkg_1" }));
    const client = apiClient({ baseUrl, token: "secret", fetch: send });
    const { data, response } = await getBooking({ client, path: { id: "bkg/1" } });
    expect([data, response?.status]).toEqual([{ id: "bkg_1" }, 200]);
    expect(asked[0]?.url).toBe(`${baseUrl}/api/bookings/bkg%2F1`);
    expect(asked[0]?.headers.get("authorization")).toBe("Bearer secret");
  });

  it("sends no token where a route needs none, nor where there is none", async () => {
    const { asked, send } = answering(() => Response.json({ data: [] }));
    await listEvents({ client: apiClient({ baseUrl, token: "secret", fetch: send }), query: { q: "a b" } });
    await getBooking({ client: apiClient({ baseUrl, fetch: send }), path: { id: "x" } });
    expect(asked.map(({ headers }) => headers.get("authorization"))).toEqual([null, null]);
    expect(asked[0]?.url).toBe(`${baseUrl}/api/events?q=a%20b`);
  });

  it("gives a refusal as its problem", async () => {
    const { send } = answering(() => Response.json({ code: "EVENT_NOT_FOUND" }, { status: 404 }));
    const { data, error, response } = await listEvents({ client: apiClient({ baseUrl, fetch: send }) });
    expect([data, error, response?.status]).toEqual([undefined, { code: "EVENT_NOT_FOUND" }, 404]);
  });

  it("ends a call that gets no answer in its time", async () => {
    const never: typeof fetch = (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      });
    const { error, response } = await listEvents({
      client: apiClient({ baseUrl, fetch: never, timeoutMs: 5 }),
    });
    expect(response).toBeUndefined();
    expect(error).toMatchObject({ name: "TimeoutError" });
  });
});
