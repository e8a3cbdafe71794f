import { registration } from "#shared/contracts/users.ts";
import { Problem } from "#shared/errors/problem.ts";
import { newId } from "#shared/ids/id.ts";
import type { OutboxRow } from "#shared/postgres/relay.ts";
import type { ProviderClaims } from "../oidc/relying-party.ts";
import type { ProviderIdentity } from "../repositories/identities.ts";
import type { Account } from "../repositories/schema.ts";
import { beginSession } from "./begin-session.ts";
import { copyRevocations } from "./copy-revocations.ts";
import type { UsersDeps } from "./deps.ts";
import type { SignedIn } from "./tokens.ts";
import { welcomeOf } from "./welcome.ts";

/** Two who sign in for the first time at once: the second finds what the first wrote. */
const TRIES = 3;

interface Found {
  account: Account;
  /** What is to be sent now. */
  outbox: OutboxRow[];
}

/**
 * Begins a session of who a provider says it is: of the account that is linked, or of the one with the same verified
 * email, which is linked then, or of a new one. An address that the provider has not verified links to nothing.
 * @throws Problem EMAIL_NOT_VERIFIED, SIGN_IN_FAILED
 */
export async function signInWithProvider(
  deps: UsersDeps,
  provider: string,
  claims: ProviderClaims,
  traceparent: string,
): Promise<{ signedIn: SignedIn; outbox: OutboxRow[] }> {
  const at = { provider, subject: claims.subject };
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await accountFor(deps, at, claims, traceparent);
    const signedIn = found && (await beginSession(deps, found.account));
    if (found && signedIn) return { signedIn, outbox: found.outbox };
  }
  throw new Problem("SIGN_IN_FAILED", "The account has just been changed: sign in again");
}

async function accountFor(
  deps: UsersDeps,
  at: ProviderIdentity,
  claims: ProviderClaims,
  traceparent: string,
): Promise<Found | null> {
  const linked = await deps.identities.accountOf(at);
  if (linked) return { account: linked, outbox: [] };
  const email = verifiedEmail(claims);
  const existing = await deps.accounts.byEmail(email);
  if (existing) {
    const revoked = await deps.identities.link(existing.id, at, deps.clock());
    if (!revoked) return null;
    await copyRevocations(deps, revoked);
    return { account: { ...existing, passwordHash: null }, outbox: [] };
  }
  const account = accountOf(email, claims, deps.clock());
  const row = await deps.identities.addAccount(account, at, welcomeOf(account, traceparent));
  return row && { account, outbox: [row] };
}

function verifiedEmail({ email, isEmailVerified }: ProviderClaims): string {
  const read = registration.shape.email.safeParse(email);
  if (!read.success) throw new Problem("SIGN_IN_FAILED", "The provider gives no email address");
  if (!isEmailVerified) throw new Problem("EMAIL_NOT_VERIFIED");
  return read.data.toLowerCase();
}

function accountOf(email: string, { name }: ProviderClaims, now: number): Account {
  const read = registration.shape.name.safeParse(name);
  return {
    id: newId("usr", now),
    email,
    name: read.success ? read.data : "Ticket buyer",
    passwordHash: null,
    role: "USER",
    createdAt: new Date(now),
  };
}
