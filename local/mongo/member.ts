import { ObjectId } from "bson";

/** How a member of a replica set sees the set: what its `hello` tells. */
export interface MemberView {
  me: string;
  hosts: readonly string[];
  /** The address of the primary, or null while there is none. */
  primary: string | null;
  /** Greater with each election. */
  electionId: ObjectId;
  /** Greater with each change of this view, while the process is the same. */
  counter: number;
}

/** The member of a replica set that a connection leads to. */
export interface Member {
  /** Tells this process from the one before it, for the driver's monitoring. */
  readonly processId: ObjectId;
  view(): MemberView;
  /** Resolves at the next change of the view. */
  changed(): Promise<void>;
}

const NEVER = new Promise<never>(() => {});

/** The id of the `term`th election. The driver takes a member for stale whose id is smaller than one it has seen. */
export function electionId(term: number): ObjectId {
  return new ObjectId(`7fffffff${term.toString(16).padStart(16, "0")}`);
}

/**
 * A set of one, whose only member is always its primary: drivers retry writes and use sessions only in a set.
 * @param address how the client reached this server, "host:port"
 */
export function onlyMember(processId: ObjectId, address: string): Member {
  const view = { me: address, hosts: [address], primary: address, electionId: electionId(1), counter: 0 };
  return { processId, view: () => view, changed: () => NEVER };
}
