import type { Account } from "../repositories/schema.ts";

/** An account as its owner sees it. */
export function presentUser({ id, name, email, role, createdAt }: Account) {
  return { id, name, email, role, createdAt: createdAt.toISOString() };
}
