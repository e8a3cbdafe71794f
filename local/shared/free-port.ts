import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below the range that systems hand out for outgoing connections, so that none of those takes it meanwhile. */
const PORTS = { first: 20_000, end: 32_000 };
const PORT_TRIES = 20;

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < PORT_TRIES; attempt += 1) {
    const port = randomInt(PORTS.first, PORTS.end);
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
  throw new Error(`found no free port between ${PORTS.first} and ${PORTS.end}`);
}
