import { connect, createServer, type Socket } from "node:net";
import { serialize } from "bson";
import { frameReply, messageLength, parseMessage } from "../../mongo/wire/message.ts";
import { listen } from "../../shared/listen.ts";

/** NotImplemented: what FerretDB answers to a command or an option that it does not know. */
const NOT_IMPLEMENTED = { ok: 0, code: 238, codeName: "NotImplemented", errmsg: "not implemented yet" };

export type LesserMongo = { port: number; close(): Promise<void> };

/**
 * A server that knows less than the one at `port` behind it: commands that `isUnknown` are answered with NotImplemented,
 * all others go through.
 */
export async function startLesserMongo(
  port: number,
  isUnknown: (command: Record<string, unknown>) => boolean,
): Promise<LesserMongo> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const behind = connect(port, "127.0.0.1");
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        behind.destroy();
      });
    }
    behind.pipe(client);
    let buffer = Buffer.alloc(0);
    client.on("data", (chunk: Buffer) => {
      buffer = Buffer.concat([buffer, chunk]);
      while (buffer.length >= 4 && buffer.length >= messageLength(buffer)) {
        const message = buffer.subarray(0, messageLength(buffer));
        buffer = buffer.subarray(message.length);
        const { requestId, body, legacy } = parseMessage(message);
        if (!isUnknown(body)) behind.write(message);
        else {
          const ids = { requestId: 0, responseTo: requestId };
          client.write(frameReply(serialize(NOT_IMPLEMENTED), ids, { legacy, moreToCome: false }));
        }
      }
    });
  });
  const heard = await listen(server, 0);
  return {
    port: heard,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
