import { at } from "./arguments.ts";
import { type Commands, Status } from "./command.ts";

/** @see https://redis.io/docs/latest/commands/?group=connection */
export const CONNECTION_COMMANDS: Commands = {
  ping: { takes: [0, 1], run: (_keyspace, [text]) => text ?? new Status("PONG") },
  echo: { takes: [1, 1], run: (_keyspace, args) => at(args, 0) },
  /** Seconds since the epoch, and microseconds of the second. */
  time: {
    takes: [0, 0],
    run: ({ now }) => [String(Math.floor(now / 1_000)), String(Math.floor((now % 1_000) * 1_000))],
  },
};
