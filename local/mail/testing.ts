import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#shared/clock.ts";
import { HOST } from "../config.ts";
import { type MailServer, startMail } from "./server.ts";
import type { Fault } from "./simulation/faults.ts";
import type { MailSummary } from "./storage/store.ts";

/** A mail as the catcher's API tells it. */
export interface CaughtMail extends MailSummary {
  headers: { name: string; value: string }[];
  text: string | null;
  html: string | null;
}

/** What a test asks of a catcher over its web port, whoever started it. */
export interface CatcherApi {
  /** Mails to an address, the oldest first, each whole. */
  mailsTo(address: string): Promise<CaughtMail[]>;
  fault(fault: Partial<Fault> & Pick<Fault, "at" | "mode">): Promise<void>;
  heal(): Promise<void>;
}

/** @param url the web page's address */
export function catcherApi(url: string): CatcherApi {
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(url + path, { method, ...(body && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return {
    async mailsTo(address) {
      const path = `/api/mails?to=${encodeURIComponent(address)}&limit=1000`;
      const { mails } = (await ask("GET", path)) as { mails: MailSummary[] };
      const whole = mails.map(({ id }) => ask("GET", `/api/mails/${id}`) as Promise<CaughtMail>);
      return (await Promise.all(whole)).reverse();
    },
    async fault(fault) {
      await ask("POST", "/_test/faults", fault);
    },
    async heal() {
      await ask("DELETE", "/_test/faults");
    },
  };
}

/** A catcher for the tests of a file, over a data folder of its own. */
export interface TestCatcher extends CatcherApi {
  readonly port: number;
  readonly webUrl: string;
  /** Takes the server away, or brings it back on the same ports over the same mails. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startTestCatcher(
  credentials: { username: string; password: string } | null = null,
): Promise<TestCatcher> {
  const dataDir = mkdtempSync(join(tmpdir(), "mail-"));
  const listen = (smtpPort: number, webPort: number) =>
    startMail({ smtpPort, webPort, dataDir, credentials, clock: systemClock });
  let server: MailServer | null = await listen(0, 0);
  const { port, webPort } = server;
  const webUrl = `http://${HOST}:${webPort}`;
  const stop = async () => {
    await server?.close();
    server = null;
  };
  return {
    ...catcherApi(webUrl),
    port,
    webUrl,
    stop,
    async start() {
      server ??= await listen(port, webPort);
    },
    async close() {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
