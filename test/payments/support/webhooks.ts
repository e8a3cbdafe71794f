import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** One webhook as it came in: nothing of it has been looked at yet. */
export interface Delivery {
  raw: string;
  signature: string;
  type: string;
  bookingId: string | undefined;
}

/** Where Stripe's stand-in reports to. It takes everything in and does nothing with it. */
export interface Inbox {
  url: string;
  /** The first delivery of this type about this booking; waits for it. */
  delivery(bookingId: string, type: string): Promise<Delivery>;
  close(): Promise<void>;
}

interface Reported {
  type: string;
  data: { object: { metadata?: { bookingId?: string } } };
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
    deliveries.push({ raw, signature, type, bookingId: data.object.metadata?.bookingId });
    response.writeHead(200).end();
    wake.resolve();
    wake = Promise.withResolvers();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async delivery(bookingId, type) {
      for (;;) {
        const found = deliveries.find((each) => each.bookingId === bookingId && each.type === type);
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
