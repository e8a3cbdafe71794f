import { createHmac, randomBytes } from "node:crypto";
import { type Credential, deriveCredential } from "./scram.ts";

/** A user as configured: may do everything in one database, and nothing in any other. */
export type UserConfig = { user: string; password: string; database: string };

/** Who a connection has proved to be. */
export type Identity = { user: string; database: string };

/** The configured users. A name is one of its database: the same name elsewhere is someone else. */
export class Users {
  readonly #credentials = new Map<string, Credential>();
  readonly #secret = randomBytes(32);

  constructor(users: readonly UserConfig[]) {
    for (const { user, password, database } of users) {
      this.#credentials.set(key(database, user), deriveCredential(password));
    }
  }

  /** A user's credential; for an unknown name one with a steady salt that no password fits. */
  credentialOf(database: string, user: string): Credential {
    const known = this.#credentials.get(key(database, user));
    if (known) return known;
    const salt = createHmac("sha256", this.#secret).update(key(database, user)).digest().subarray(0, 28);
    return { salt, storedKey: randomBytes(32), serverKey: randomBytes(32) };
  }
}

const key = (database: string, user: string) => JSON.stringify([database, user]);
