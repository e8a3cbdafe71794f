import type { AddressInfo, Server } from "node:net";
import { HOST } from "../config.ts";

/** Listens on the loopback address and answers the port; 0 takes any free one. Rejects when the port is taken. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
