import { parseArgs } from "node:util";
import { type Config, httpUrl, readConfig } from "../config.ts";
import { CheckFailed } from "./checks.ts";
import { startOwnPlatform } from "./own-platform.ts";
import { type PaymentRecord, paymentRecordOf } from "./payment-record.ts";
import { until } from "./until.ts";

export const USAGE = `Usage: npm run e2e [-- --url <address>]
  --url  the platform's public address; without it, the platform of this machine, or one that is started for the run
Variables: TICKETFLOW_PORT_OFFSET, TICKETFLOW_DATA_DIR (where the platform of this machine is, as for npm start).`;

/** What a run is made against. */
export interface Target {
  url: string;
  paymentRecord: PaymentRecord | null;
  /** Takes away what was started for the run. */
  release(): Promise<void>;
}

/** A wrong argument; the message says which. */
export class UsageError extends Error {}

/** @returns the address given by `--url`, without a slash at the end. @throws UsageError */
export function readUrl(args: string[]): string | undefined {
  let url: string | undefined;
  try {
    url = parseArgs({ args, options: { url: { type: "string" } } }).values.url;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if (url === undefined) return undefined;
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new UsageError(`--url must be an http or https address, not "${url}".`);
  }
  return url.replace(/\/+$/, "");
}

/** How long a platform that is still starting is waited for. */
const READY_LIMIT_MS = 60_000;

/**
 * The platform at `url`; or that of the configuration; or, when nothing listens there, one of the run's own.
 * @throws CheckFailed when something listens that is no platform in order
 */
export async function findTarget(
  url: string | undefined,
  options: { log: (line: string) => void; interrupt: AbortSignal; hurry: AbortSignal },
): Promise<Target> {
  const nothingToDo = async () => {};
  if (url !== undefined) {
    if (!(await isListening(url))) throw new CheckFailed(`Nothing answers at ${url}.`);
    await ready(url, options.interrupt);
    return { url, paymentRecord: null, release: nothingToDo };
  }
  const config = readConfig();
  const configured = httpUrl(config, "gateway");
  if (await isListening(configured)) {
    await ready(configured, options.interrupt);
    return { ...of(config), release: nothingToDo };
  }
  options.log(`Nothing listens at ${configured}: starting a platform for this run.`);
  const own = await startOwnPlatform(options);
  return { ...of(own.config), release: own.takeAway };
}

const of = (config: Config) => ({
  url: httpUrl(config, "gateway"),
  paymentRecord: paymentRecordOf(config),
});

async function isListening(url: string): Promise<boolean> {
  try {
    await (await fetch(`${url}/health`, { signal: AbortSignal.timeout(READY_LIMIT_MS) })).body?.cancel();
    return true;
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    if (code === "ECONNREFUSED") return false;
    throw new CheckFailed(`${url} does not answer in HTTP: ${code ?? error}`);
  }
}

async function ready(url: string, interrupt: AbortSignal): Promise<void> {
  const ask = async () => {
    interrupt.throwIfAborted();
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(READY_LIMIT_MS) });
    return { status: response.status, body: (await response.text()).slice(0, 400) };
  };
  await until(`a healthy platform at ${url}`, ask, ({ status }) => status === 200, READY_LIMIT_MS);
}
