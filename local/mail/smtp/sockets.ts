import type { Server, Socket } from "node:net";

/** The open connections of a server, each known by its client's port, so that one can be cut on purpose. */
export function socketsOf(server: Server): { cut(remotePort: number): void } {
  const open = new Map<number, Socket>();
  server.on("connection", (socket: Socket) => {
    const { remotePort } = socket;
    if (remotePort === undefined) return;
    open.set(remotePort, socket);
    socket.once("close", () => open.delete(remotePort));
  });
  return { cut: (remotePort) => void open.get(remotePort)?.destroy() };
}
