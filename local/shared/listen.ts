import type { AddressInfo, Server } from "node:net";
import { HOST } from "../config.ts";

/** Listens on `host`, the loopback address by default, and answers the port; 0 takes any free one. Rejects when the port is taken. */
export function listen(server: Server, port: number, host = HOST): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
