import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listen } from "#local/shared/listen.ts";
import { Link } from "./link.ts";

let server: Server;
let serverPort: number;
let link: Link;
let open: Socket[];
/** Everything that the server has heard, over whatever connection. */
let heard: string;

/** A server that repeats what it hears, and says goodbye when its caller has ended. */
beforeEach(async () => {
  [open, heard] = [[], ""];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    open.push(socket);
    socket.on("error", () => {});
    socket.on("data", (piece) => {
      heard += piece;
      socket.write(piece);
    });
    socket.once("end", () => socket.end("bye"));
  });
  serverPort = await listen(server, 0);
  link = await Link.open(0, serverPort);
});

afterEach(() => {
  link.close();
  server.close();
  for (const socket of open) socket.destroy();
});

async function caller(port = link.port) {
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  open.push(socket);
  await once(socket, "connect");
  socket.setEncoding("utf8");
  let got = "";
  socket.on("data", (text) => {
    got += text;
  });
  /** Resolves once all that came is this. */
  const has = async (text: string): Promise<void> => {
    while (got !== text) await once(socket, "data");
  };
  return { socket, has, got: () => got };
}

/** How a connection, open or about to be, ends. */
const failure = async (socket: Socket): Promise<string | undefined> =>
  ((await once(socket, "error"))[0] as NodeJS.ErrnoException).code;

describe("a link", () => {
  it("carries bytes both ways, and lets each end finish by itself", async () => {
    const { socket, has } = await caller();
    socket.write("one");
    await has("one");
    socket.end(" two");
    await has("one twobye");
  });

  it("carries more than it holds", async () => {
    const { socket, got } = await caller();
    const much = "0123456789".repeat(500_000);
    socket.end(much);
    await once(socket, "end");
    expect(got().length).toBe(much.length + "bye".length);
    expect(heard === much).toBe(true);
  });

  it("cuts what is open, and takes new connections", async () => {
    const [one, other] = [await caller(), await caller()];
    one.socket.write("a");
    other.socket.write("b");
    await Promise.all([one.has("a"), other.has("b")]);
    const ends = Promise.all([failure(one.socket), failure(other.socket)]);
    expect(link.cut()).toBe(2);
    expect(await ends).toEqual(["ECONNRESET", "ECONNRESET"]);
    const again = await caller();
    again.socket.write("c");
    await again.has("c");
  });

  it("refuses connections, and cuts those it has, until it is healed", async () => {
    const { socket, has } = await caller();
    socket.write("a");
    await has("a");
    const end = failure(socket);
    link.trouble({ kind: "refuse" });
    expect(await end).toBe("ECONNRESET");
    expect(await failure(connect({ host: "127.0.0.1", port: link.port }))).toBe("ECONNREFUSED");
    const { port } = link;
    await link.heal();
    expect(link.port).toBe(port);
    const again = await caller();
    again.socket.write("b");
    await again.has("b");
  });

  it("delays each piece, in both directions, and keeps the order when the delay ends", async () => {
    const { socket, has } = await caller();
    link.trouble({ kind: "delay", ms: 100 });
    const begun = performance.now();
    socket.write("a");
    await has("a");
    expect(performance.now() - begun).toBeGreaterThanOrEqual(200);
    link.trouble({ kind: "delay", ms: 3_600_000 });
    socket.write("b");
    const straight = await caller(serverPort);
    straight.socket.write("-");
    await straight.has("-");
    expect(heard).toBe("a-");
    await link.heal();
    socket.write("c");
    await has("abc");
  });

  it("falls silent: takes connections and bytes, and hands on nothing until it is healed", async () => {
    const before = await caller();
    link.trouble({ kind: "silence" });
    const during = await caller();
    before.socket.write("a");
    during.socket.write("b");
    const straight = await caller(serverPort);
    straight.socket.write("-");
    await straight.has("-");
    expect(heard).toBe("-");
    expect(before.got() + during.got()).toBe("");
    await link.heal();
    await Promise.all([before.has("a"), during.has("b")]);
  });

  it("resets the connection of a caller whose server is not there", async () => {
    server.close();
    const socket = connect({ host: "127.0.0.1", port: link.port });
    expect(await failure(socket)).toBe("ECONNRESET");
  });
});
