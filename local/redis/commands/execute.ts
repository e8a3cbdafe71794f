import type { Keyspace } from "../keyspace/keyspace.ts";
import { MAX_MEMORY_BYTES } from "../limits.ts";
import { RedisError, unknownCommand, wrongArity } from "../redis-error.ts";
import type { Command, Reply } from "./command.ts";
import { CONNECTION_COMMANDS } from "./connection.ts";
import { HASH_COMMANDS } from "./hashes.ts";
import { KEY_COMMANDS } from "./keys.ts";
import { LIST_COMMANDS } from "./lists.ts";
import { SET_COMMANDS } from "./sets.ts";
import { SORTED_SET_COMMANDS } from "./sorted-sets.ts";
import { STRING_COMMANDS } from "./strings.ts";

const COMMANDS = new Map<string, Command>(
  Object.entries({
    ...STRING_COMMANDS,
    ...KEY_COMMANDS,
    ...HASH_COMMANDS,
    ...LIST_COMMANDS,
    ...SET_COMMANDS,
    ...SORTED_SET_COMMANDS,
    ...CONNECTION_COMMANDS,
  }),
);

/** The command that these words ask for. @throws RedisError when there is none, or it takes another number of arguments */
export function commandOf([name = "", ...args]: readonly string[]): Command {
  const lower = name.toLowerCase();
  const command = COMMANDS.get(lower);
  if (!command) throw unknownCommand(name, args);
  const [min, max = Number.POSITIVE_INFINITY] = command.takes;
  if (args.length < min || args.length > max) throw wrongArity(lower);
  return command;
}

/** Runs one command. @throws RedisError */
export function execute(
  keyspace: Keyspace,
  words: readonly string[],
  maxMemoryBytes = MAX_MEMORY_BYTES,
): Reply {
  const command = commandOf(words);
  if (command.stores && keyspace.bytes >= maxMemoryBytes) {
    keyspace.sweep();
    if (keyspace.bytes >= maxMemoryBytes)
      throw new RedisError("OOM command not allowed when used memory > 'maxmemory'.");
  }
  try {
    return command.run(keyspace, words.slice(1));
  } finally {
    // After a refusal too: it may have made an empty value by then.
    keyspace.settle();
  }
}
