/**
 * The token buckets that a route's callers take from: what is limited, and by what. An address is a client's, or for
 * IPv6 its /64; an email is the one in the body.
 */
export type RateLimitName =
  | "login by address"
  | "login by email"
  | "register by address"
  | "register by email"
  | "password by user"
  | "holds by user"
  | "bookings by user"
  | "live by address";
