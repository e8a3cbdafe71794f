import { Agent, type IncomingMessage, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** A buyer waits as long as this for an answer; then there was none. */
const ANSWER_LIMIT_MS = 60_000;

/**
 * For how long a connection is kept that nobody uses. workerd closes one after 5 s; a request that is sent at that moment has
 * no answer, which a browser would ask for again by itself.
 * @see https://github.com/capnproto/capnproto/blob/v2/c++/src/kj/compat/http.h `pipelineTimeout`
 */
const IDLE_LIMIT_MS = 2_000;

/** One public `POST /api/bookings`. */
export interface Order {
  token: string;
  eventId: string;
  seatIds: string[];
}

/** What became of it. Status 0: no answer. */
export interface Answer {
  status: number;
  /** From the request until its answer was whole, in ms. */
  ms: number;
  bookingId: string | null;
  /** Why there is no answer, where there is none. */
  failure?: string;
}

/** Where orders go; keeps its connections open, as a browser or a front does. */
export interface Counter {
  place(order: Order): Promise<Answer>;
  close(): void;
}

/** @param url of the gateway @param connections at most so many at once */
export function openCounter(url: string, connections: number): Counter {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, timeout: IDLE_LIMIT_MS });
  const address = new URL("/api/bookings", url);
  return {
    place: (order) => place(order, { agent, address }),
    close: () => agent.destroy(),
  };
}

function place(
  { token, eventId, seatIds }: Order,
  { agent, address }: { agent: Agent; address: URL },
): Promise<Answer> {
  const begun = performance.now();
  const body = JSON.stringify({ eventId, seatIds, paymentMethod: { type: "card", token: "pm_card_visa" } });
  return new Promise((resolve) => {
    const end = (status: number, bookingId: string | null) =>
      resolve({ status, bookingId, ms: performance.now() - begun });
    const fail = (error: unknown) =>
      resolve({ status: 0, bookingId: null, ms: performance.now() - begun, failure: String(error) });
    const call = request(address, {
      ...{ method: "POST", agent, timeout: ANSWER_LIMIT_MS },
      headers: {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        authorization: `Bearer ${token}`,
      },
    });
    call.once("timeout", () => call.destroy(new Error("no answer in time")));
    call.once("error", fail);
    call.once("response", (response) =>
      textOf(response).then((text) => end(response.statusCode ?? 0, idIn(text)), fail),
    );
    call.end(body);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function idIn(text: string): string | null {
  const { bookingId } = JSON.parse(text) as { bookingId?: string };
  return bookingId ?? null;
}

/** Places all orders, `atOnce` under way at a time, each once, whatever its answer. */
export async function placeAll(counter: Counter, orders: Order[], atOnce: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const buyer = async () => {
    while (next < orders.length) {
      const index = next++;
      answers[index] = await counter.place(orders[index]!);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, buyer));
  return answers;
}

/** Places all orders at an even rate, whatever the answers, each once. @param rate orders a second */
export async function placeEvenly(counter: Counter, orders: Order[], rate: number): Promise<Answer[]> {
  const begun = performance.now();
  const answers: Promise<Answer>[] = [];
  for (const [n, order] of orders.entries()) {
    const dueMs = (n * 1_000) / rate - (performance.now() - begun);
    if (dueMs > 0) await delay(dueMs);
    answers.push(counter.place(order));
  }
  return Promise.all(answers);
}
