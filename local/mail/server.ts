import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "#shared/clock.ts";
import { HOST } from "../config.ts";
import { listen } from "../shared/listen.ts";
import type { Log } from "../shared/log.ts";
import { createWeb } from "./http/web.ts";
import { FaultBook } from "./simulation/faults.ts";
import { createSmtp } from "./smtp/server.ts";
import { openStore } from "./storage/store.ts";

export interface MailOptions {
  /** 0 takes any free port. */
  smtpPort: number;
  webPort: number;
  dataDir: string;
  /** Who may send, where it is not everybody. */
  credentials?: { username: string; password: string } | null;
  clock: Clock;
  log?: Log;
}

export interface MailServer {
  /** SMTP's port. */
  port: number;
  webPort: number;
  close(): Promise<void>;
}

/** Starts the catcher on 127.0.0.1; rejects when a port or the data folder cannot be had. */
export async function startMail(options: MailOptions): Promise<MailServer> {
  const { clock, credentials = null, log = () => undefined } = options;
  const store = openStore(options.dataDir);
  const faults = new FaultBook();
  const smtp = createSmtp({ credentials, store, faults, clock, log });
  const web = createServer(createWeb({ store, faults, log }));
  const closeWeb = () =>
    new Promise<void>((resolve) => {
      web.close(() => resolve());
      web.closeAllConnections();
    });
  try {
    const webPort = await listen(web, options.webPort);
    await new Promise<void>((resolve, reject) => {
      smtp.once("error", reject);
      smtp.listen(options.smtpPort, HOST, () => {
        smtp.off("error", reject);
        resolve();
      });
    });
    return {
      port: (smtp.server.address() as AddressInfo).port,
      webPort,
      async close() {
        await new Promise<void>((resolve) => smtp.close(resolve));
        await closeWeb();
        store.close();
      },
    };
  } catch (error) {
    await closeWeb();
    store.close();
    throw error;
  }
}
