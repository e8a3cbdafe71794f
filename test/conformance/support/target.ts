import { afterAll, beforeAll } from "vitest";

/** A started stand-in. */
export interface StandIn {
  /** Its address, in the form that `CONFORMANCE_<SERVER>_URL` has for this server. */
  url: string;
  close(): Promise<void>;
}

/** A whole Postgres on a busy machine takes its time. */
const START_LIMIT_MS = 60_000;

/**
 * The address of the server that this file's cases are run on: `CONFORMANCE_<SERVER>_URL` when it is set, otherwise
 * a stand-in that is started before the cases and closed after them. Call it at the top of a file; ask inside cases.
 */
export function conformanceTarget(server: string, startStandIn: () => Promise<StandIn>): () => string {
  const given = process.env[`CONFORMANCE_${server.toUpperCase()}_URL`];
  if (given) return () => given;
  let standIn: StandIn | null = null;
  beforeAll(async () => {
    standIn = await startStandIn();
  }, START_LIMIT_MS);
  afterAll(() => standIn?.close(), START_LIMIT_MS);
  return () => {
    if (!standIn) throw new Error(`${server}'s address is known only inside cases and hooks`);
    return standIn.url;
  };
}
