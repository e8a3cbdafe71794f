import { Socket } from "node:net";

/**
 * workerd's sockets lose the id of their timer whenever they read or write, so that a timeout that was cleared
 * fires all the same: 5 s after any command the driver saw its connection time out, with whatever was then under
 * way on it. Here activity starts the socket's own timer anew, as in Node.
 * @see https://github.com/cloudflare/workerd/issues/7310
 */
export function mendSocketTimeouts(): void {
  const sockets = Socket.prototype as unknown as { _unrefTimer(): void };
  sockets._unrefTimer = function (this: Socket) {
    if (this.timeout) this.setTimeout(this.timeout);
  };
}
