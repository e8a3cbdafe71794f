import { afterAll, beforeAll } from "vitest";

/** A started stand-in. */
export interface StandIn {
  /** Its address, in the form that `CONFORMANCE_<SERVER>_URL` has for this server. */
  url: string;
  close(): Promise<void>;
}

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
  });
  afterAll(() => standIn?.close());
  return () => {
    if (!standIn) throw new Error(`${server}'s address is known only inside cases and hooks`);
    return standIn.url;
  };
}
