import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { mendSocketTimeouts } from "./socket-timeouts.ts";

mendSocketTimeouts();

/** What a socket does by itself whenever it reads or writes. */
const active = (socket: Socket) => (socket as unknown as { _unrefTimer(): void })._unrefTimer();

const firstTimeout = (socket: Socket) => new Promise<void>((resolve) => socket.once("timeout", resolve));

describe("a socket's timeout", () => {
  it("does not fire once it was cleared, whatever the socket did meanwhile", async () => {
    const cleared = new Socket();
    let fired = 0;
    cleared.on("timeout", () => fired++);
    cleared.setTimeout(20);
    active(cleared);
    cleared.setTimeout(0);
    active(cleared);
    const later = new Socket();
    later.setTimeout(60);
    await firstTimeout(later);
    expect(fired).toBe(0);
  });

  it("fires once, after the last activity, and leaves no listener behind", async () => {
    const socket = new Socket();
    let fired = 0;
    socket.on("timeout", () => fired++);
    socket.setTimeout(20);
    active(socket);
    active(socket);
    expect(socket.listenerCount("timeout")).toBe(1);
    await firstTimeout(socket);
    const later = new Socket();
    later.setTimeout(60);
    await firstTimeout(later);
    expect(fired).toBe(1);
  });
});
