import { MongoClient, MongoServerError } from "mongodb";

/** A local server answers at once; one that does not is not there. */
const CONNECT_LIMIT_MS = 5_000;
/** What a server says of a name that it has: https://www.mongodb.com/docs/manual/reference/error-codes/ */
const USER_EXISTS = 51_003;

/**
 * Makes each service's user in the database of its name. Safe to repeat; a user who is there stays as he is.
 * @param uri of a user who may do that
 */
export async function ensureUsers(
  uri: string,
  users: readonly { name: string; password: string }[],
): Promise<void> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: CONNECT_LIMIT_MS });
  try {
    for (const { name, password } of users) {
      const made = client.db(name).command({ createUser: name, pwd: password, roles: [] });
      await made.catch((error: unknown) => {
        if (!(error instanceof MongoServerError && error.code === USER_EXISTS)) throw error;
      });
    }
  } finally {
    await client.close();
  }
}
