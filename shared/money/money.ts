import { z } from "@hono/zod-openapi";

/** The largest amount we handle, in minor units: Stripe's own limit of eight digits. */
export const MAX_AMOUNT_MINOR = 99_999_999;

/** An amount in the currency's minor unit (cents for EUR, yen for JPY). */
export const amountMinor = z.int().min(0).max(MAX_AMOUNT_MINOR).openapi({ example: 24_000 });

/** ISO 4217, upper case. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, "three upper-case letters, ISO 4217")
  .openapi({ example: "EUR" });
