import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** One webhook as it came in: nothing of it has been looked at yet. */
export interface Delivery {
  raw: string;
  signature: string;
  type: string;
  bookingId: string | undefined;
  /** The intent that it is about, where it is about one. */
  intentId: string | undefined;
}

/** Where Stripe's stand-in reports to. It takes everything in and does nothing with it. */
export interface Inbox {
  url: string;
  /** The first delivery of this type about this booking, or this intent; waits for it. */
  delivery(id: string, type: string): Promise<Delivery>;
  close(): Promise<void>;
}

interface Reported {
  type: string;
  data: { object: { metadata?: { bookingId?: string }; payment_intent?: string } };
}

export async function startInbox(): Promise<Inbox> {
  const deliveries: Delivery[] = [];
  let wake = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const raw = Buffer.concat(chunks).toString("utf8");
    const { type, data } = JSON.parse(raw) as Reported;
    const signature = String(request.headers["stripe-signature"]);
    const { metadata, payment_intent: intentId } = data.object;
    deliveries.push({ raw, signature, type, bookingId: metadata?.bookingId, intentId });
    response.writeHead(200).end();
    wake.resolve();
    wake = Promise.withResolvers();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async delivery(id, type) {
      for (;;) {
        const isAbout = (each: Delivery) => each.bookingId === id || each.intentId === id;
        const found = deliveries.find((each) => isAbout(each) && each.type === type);
        if (found) return found;
        await wake.promise;
      }
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
