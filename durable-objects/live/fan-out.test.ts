import { beforeEach, describe, expect, it } from "vitest";
import { FanOut, MISSED } from "./fan-out.ts";
import {
  MAX_BEHIND_MS,
  MAX_OUTSTANDING_BYTES,
  MAX_TURNS,
  MESSAGE_BURST,
  SENDS_A_TURN,
  SILENCE_MS,
  SWEEP_MS,
} from "./limits.ts";

class FakeSocket {
  readonly got: (string | number)[] = [];
  pingedAt = 0;
  isGone = false;
  send(message: string | Uint8Array): void {
    if (this.isGone) throw new TypeError("closed");
    this.got.push(typeof message === "string" ? message : message.length);
  }
  close(code: number): void {
    this.got.push(-code);
  }
}

let now: number;
let turns: number;
let fanOut: FanOut<FakeSocket>;

beforeEach(() => {
  now = 1_000_000;
  turns = 0;
  fanOut = new FanOut<FakeSocket>({
    clock: () => now,
    nextTurn: async () => {
      turns += 1;
    },
    pingedAt: ({ pingedAt }) => pingedAt,
  });
});

function joined(count: number): FakeSocket[] {
  const sockets = Array.from({ length: count }, () => new FakeSocket());
  for (const socket of sockets) fanOut.add(socket);
  return sockets;
}

const quarter = new Uint8Array(MAX_OUTSTANDING_BYTES / 4);

describe("a message to all", () => {
  it("reaches each once, some a turn", async () => {
    const sockets = joined(3 * SENDS_A_TURN + 1);
    await fanOut.broadcast(new Uint8Array(7));
    expect(sockets.every(({ got }) => got.join() === "7")).toBe(true);
    expect(turns).toBe(3);
  });

  it("takes no more turns for many than for some", async () => {
    const sockets = joined(3 * MAX_TURNS * SENDS_A_TURN);
    await fanOut.broadcast(new Uint8Array(7));
    expect(sockets.every(({ got }) => got.join() === "7")).toBe(true);
    expect(turns).toBe(MAX_TURNS);
  });

  it("passes by those who go meanwhile, and those who are gone without a word", async () => {
    const sockets = joined(SENDS_A_TURN + 2);
    const last = sockets.at(-1)!;
    sockets[0]!.isGone = true;
    const sending = fanOut.broadcast(new Uint8Array(1));
    fanOut.remove(last);
    await sending;
    expect(last.got).toEqual([]);
    expect(fanOut.size).toBe(SENDS_A_TURN);
  });
});

describe("a watcher that reads slowly", () => {
  it("is left out once too much is on its way, told so once it has read, and costs the others nothing", async () => {
    const [slow, quick] = joined(2) as [FakeSocket, FakeSocket];
    for (let n = 0; n < 6; n++) {
      await fanOut.broadcast(quarter);
      fanOut.acknowledge(quick, quarter.length);
    }
    expect(slow.got).toHaveLength(4);
    expect(quick.got).toHaveLength(6);
    fanOut.acknowledge(slow, quarter.length);
    expect(slow.got).toHaveLength(4);
    fanOut.acknowledge(slow, quarter.length);
    expect(slow.got.at(-1)).toBe(MISSED);
    await fanOut.broadcast(quarter);
    expect(slow.got.at(-1)).toBe(quarter.length);
  });

  it("is closed where it does not catch up", async () => {
    const [slow] = joined(1) as [FakeSocket];
    for (let n = 0; n < 5; n++) await fanOut.broadcast(quarter);
    slow.pingedAt = now + MAX_BEHIND_MS;
    now += MAX_BEHIND_MS;
    await fanOut.broadcast(quarter);
    expect(fanOut.size).toBe(1);
    now += SWEEP_MS;
    await fanOut.broadcast(quarter);
    expect(slow.got.at(-1)).toBe(-4008);
    expect(fanOut.size).toBe(0);
  });

  it("cannot read more than it was sent", async () => {
    const [liar] = joined(1) as [FakeSocket];
    fanOut.acknowledge(liar, 1e9);
    for (let n = 0; n < 5; n++) await fanOut.broadcast(quarter);
    expect(liar.got).toHaveLength(4);
  });
});

describe("a watcher", () => {
  it("that gives no sign of life is closed, and one that pings or speaks is not", async () => {
    const [silent, pinging, speaking] = joined(3) as [FakeSocket, FakeSocket, FakeSocket];
    now += SILENCE_MS;
    pinging.pingedAt = now;
    fanOut.hears(speaking);
    now += 1;
    await fanOut.broadcast(new Uint8Array(1));
    expect([silent, pinging, speaking].map(({ got }) => got.at(-1))).toEqual([-4009, 1, 1]);
  });

  it("is heard so often, and then once a second", () => {
    const [socket] = joined(1) as [FakeSocket];
    const heard = () => fanOut.hears(socket);
    for (let n = 0; n < MESSAGE_BURST; n++) expect(heard()).toBe(true);
    expect(heard()).toBe(false);
    now += 2_000;
    expect(heard()).toBe(true);
    fanOut.remove(socket);
    expect(heard()).toBe(false);
  });
});
