import type { Clock } from "#shared/clock.ts";
import type { Log } from "../../shared/log.ts";
import type { Conversation } from "../auth/scram.ts";
import type { Identity, Users } from "../auth/users.ts";
import type { Member } from "../member.ts";
import type { Catalog } from "../storage/catalog.ts";
import type { Journal } from "../storage/committer.ts";
import type { RetryableWrites } from "../storage/retryable-writes.ts";
import type { Doc } from "../wire/values.ts";
import type { Cursors } from "./cursors.ts";

/** What all connections share. */
export type ServerState = {
  readonly catalog: Catalog;
  readonly journal: Journal;
  readonly retryableWrites: RetryableWrites;
  readonly cursors: Cursors;
  readonly users: Users;
  readonly clock: Clock;
  readonly startedAt: number;
  /** One JSON line for the operator. */
  readonly log: Log;
};

/** What belongs to one connection. */
export type ConnectionState = {
  readonly id: number;
  /** The member of the replica set that it leads to. */
  readonly member: Member;
  readonly closed: AbortSignal;
  identity: Identity | null;
  conversation: {
    database: string;
    scram: Conversation;
    skipEmptyExchange: boolean;
    /** Proven, while the client still owes the empty last message. */
    finished: Identity | null;
  } | null;
};

/** One command: `body` in exact form, `db` the database it names. */
export type CommandContext = {
  readonly server: ServerState;
  readonly connection: ConnectionState;
  readonly name: string;
  readonly db: string;
  readonly body: Doc;
};

/** A command's reply without `ok`, which is added when it succeeds. Throws MongoFailure. */
export type Handler = (context: CommandContext) => Doc | Promise<Doc>;

/**
 * `access` says who may call: anyone, any user, or only the user of the named database.
 * `retryable` writes are remembered under their session and transaction number.
 * `on` says which members of a replica set carry it out: the primary alone, or a secondary too for who asks for
 * that by `$readPreference`; every member when absent.
 */
export type Command = {
  readonly run: Handler;
  readonly access: "anyone" | "user" | "database";
  readonly retryable?: true;
  readonly on?: "primary" | "readable";
};

/** A command family. */
export type Commands = Record<string, Command>;
