import { z } from "zod";
import type { Limit } from "#durable-objects/rate-limiter/core.ts";
import type { RateLimitName } from "#shared/contracts/rate-limits.ts";

/** A bucket as configuration says it: "10+1/30s" is ten tokens, and one more each 30 seconds. */
const bucket = (text: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}\+1\/\d{1,6}(\.\d{1,3})?s$/, "a bucket such as 10+1/30s")
    .default(text);

/** Every limit's variable. The defaults let a person who mistypes through, and stop a program that guesses. */
export const rateLimitVariables = {
  RATE_LIMIT_LOGIN_BY_ADDRESS: bucket("300+1/0.2s").meta({
    description: "Sign-ins and refreshes from one address: 300 at once, then five a second",
    example: "300+1/0.2s",
  }),
  RATE_LIMIT_LOGIN_BY_EMAIL: bucket("30+1/20s").meta({
    description: "Sign-ins to one email",
    example: "30+1/20s",
  }),
  RATE_LIMIT_REGISTER_BY_ADDRESS: bucket("200+1/1s").meta({
    description: "New accounts from one address",
    example: "200+1/1s",
  }),
  RATE_LIMIT_REGISTER_BY_EMAIL: bucket("20+1/60s").meta({
    description: "New accounts with one email",
    example: "20+1/60s",
  }),
  RATE_LIMIT_PASSWORD_BY_USER: bucket("30+1/20s").meta({
    description: "Changes of password by one user",
    example: "30+1/20s",
  }),
  RATE_LIMIT_HOLDS_BY_USER: bucket("60+1/1s").meta({
    description: "Holds by one user, made or extended",
    example: "60+1/1s",
  }),
  RATE_LIMIT_BOOKINGS_BY_USER: bucket("120+1/0.5s").meta({
    description: "Bookings by one user",
    example: "120+1/0.5s",
  }),
  RATE_LIMIT_LIVE_BY_ADDRESS: bucket("2000+1/0.02s").meta({
    description:
      "Live connections from one address: an office or a carrier that connects again at once, then 50 a second",
    example: "2000+1/0.02s",
  }),
};

type Variables = Record<keyof typeof rateLimitVariables, string>;

/** The limit of this name, from validated variables. */
export function limitOf(variables: Variables, name: RateLimitName): Limit {
  const variable = `RATE_LIMIT_${name.replaceAll(" ", "_").toUpperCase()}` as keyof Variables;
  const [burst, seconds] = variables[variable].split("+1/");
  return { burst: Number(burst), refillMs: Math.max(1, Number.parseFloat(seconds ?? "") * 1_000) };
}

/**
 * Limits whose outage lets the caller through. Holds and bookings: a seat is the seat map's to give, and a buyer is not turned
 * away for our trouble; a live map has limits of its own. The others stand between a guesser and a password: no limiter, no guess.
 */
const OPEN: ReadonlySet<RateLimitName> = new Set(["holds by user", "bookings by user", "live by address"]);

export const failsOpen = (name: RateLimitName): boolean => OPEN.has(name);
