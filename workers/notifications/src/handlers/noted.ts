import type { Outcome } from "#shared/saga/handlers.ts";

/** What a handler came to: the id of a mail that is due now, null where none is, or an outcome that is not `done`. */
export type Noted = { kind: "noted"; id: string | null } | Outcome;
