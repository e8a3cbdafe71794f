import type { Schema } from "../sqlite/migrate.ts";

export const RATE_LIMITER_SCHEMA: Schema = {
  of: "a RateLimiter",
  // The first is taken over from objects that recorded none: there the table is.
  steps: ["create table if not exists bucket (key text primary key, full_at integer not null)"],
};
