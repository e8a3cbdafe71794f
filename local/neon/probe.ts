import { connect } from "node:net";

const PROBE_TIMEOUT_MS = 1_000;
/** Protocol version 3.0 (https://www.postgresql.org/docs/current/protocol-message-formats.html). */
const PROTOCOL_VERSION = 196_608;
const AUTHENTICATION_REQUEST = "R".charCodeAt(0);

/**
 * Whether the server takes connections: it is asked for one, without credentials, and goes as far as
 * demanding a password. While it starts up or is full it answers an error instead.
 */
export function serverAnswers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => settle(false));
    socket.once("error", () => settle(false));
    socket.once("close", () => settle(false));
    socket.once("data", (chunk) => settle(chunk[0] === AUTHENTICATION_REQUEST));
    socket.once("connect", () => {
      const parameters = Buffer.from("user\0health\0database\0postgres\0\0");
      const head = Buffer.alloc(8);
      head.writeInt32BE(head.length + parameters.length, 0);
      head.writeInt32BE(PROTOCOL_VERSION, 4);
      socket.write(Buffer.concat([head, parameters]));
    });
  });
}
