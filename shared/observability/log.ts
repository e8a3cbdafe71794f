import { type Clock, systemClock } from "../clock.ts";

export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** One structured line an event. Fields never carry a token, a password or a card. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** A logger that prints JSON lines to the console, each with its time and the service's name. */
export function jsonLogger(service: string, clock: Clock = systemClock): Logger {
  const line =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      console.log(
        JSON.stringify({ time: new Date(clock()).toISOString(), level, service, message, ...fields }),
      );
  return { info: line("info"), warn: line("warn"), error: line("error") };
}

/** What to say of an unknown error in a log line: its message, bounded. */
export function describeError(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 500);
}
