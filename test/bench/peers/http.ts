import { createServer, type Server, type Socket } from "node:net";

const HEAD_END = "\r\n\r\n";
/** A request for all seats of a large hall is far smaller. */
const MOST_BYTES = 1_000_000;

export interface Asked {
  method: string;
  path: string;
  body: string;
}

/** What takes a connection over that asks for it. */
export type Upgrade = (head: string, path: string, socket: Socket, rest: Buffer) => void;

/**
 * HTTP/1.1 as far as the load generator speaks it: kept-alive connections, bodies of stated length, one request at a time.
 * By hand for the peers' sake: Node's own server costs them as much as their design does.
 */
export function leanServer(answer: (asked: Asked) => Promise<unknown>, upgrade: Upgrade): Server {
  return createServer({ noDelay: true }, (socket) => {
    let received = "";
    socket.on("error", () => socket.destroy());
    const onData = (chunk: Buffer) => {
      received += chunk.toString("latin1");
      const headEnd = received.indexOf(HEAD_END);
      if (headEnd < 0 || received.length > MOST_BYTES) {
        if (received.length > MOST_BYTES) socket.destroy();
        return;
      }
      const head = received.slice(0, headEnd);
      const [method = "", path = ""] = head.slice(0, head.indexOf("\r\n")).split(" ");
      if (/^upgrade:/im.test(head)) {
        socket.removeListener("data", onData);
        upgrade(head, path, socket, Buffer.from(received.slice(headEnd + HEAD_END.length), "latin1"));
        return;
      }
      const length = /^content-length: *(\d+)/im.exec(head);
      const end = headEnd + HEAD_END.length + Number(length?.[1] ?? 0);
      if (received.length < end) return;
      const body = received.slice(headEnd + HEAD_END.length, end);
      received = received.slice(end);
      answer({ method, path, body }).then(
        (said) => reply(socket, "200 OK", JSON.stringify(said ?? null)),
        (error: unknown) =>
          reply(socket, "500 Internal Server Error", JSON.stringify({ error: String(error) })),
      );
    };
    socket.on("data", onData);
  });
}

function reply(socket: Socket, status: string, body: string): void {
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: `;
  socket.write(`${head}${body.length}${HEAD_END}${body}`, "latin1");
}
