/** A refusal as Redis words it: `<CODE> <message>`, the code `ERR` where there is no other. */
export class RedisError extends Error {
  override name = "RedisError";
}

/** The server behind does not answer, so that nobody knows whether a command that it was given takes effect. */
export class Away extends Error {
  override name = "Away";
}

export const syntaxError = () => new RedisError("ERR syntax error");
export const notAnInteger = () => new RedisError("ERR value is not an integer or out of range");
export const notAFloat = () => new RedisError("ERR value is not a valid float");
export const wrongType = () =>
  new RedisError("WRONGTYPE Operation against a key holding the wrong kind of value");
export const noSuchKey = () => new RedisError("ERR no such key");
export const wrongArity = (command: string) =>
  new RedisError(`ERR wrong number of arguments for '${command}' command`);
export const invalidExpiry = (command: string) =>
  new RedisError(`ERR invalid expire time in '${command}' command`);
export const execAbort = () => new RedisError("EXECABORT Transaction discarded because of previous errors.");

/** Long words are cut, and no more than a line of them is repeated. */
export function unknownCommand(name: string, args: readonly string[]): RedisError {
  let beginning = "";
  for (const arg of args) {
    if (beginning.length >= 128) break;
    beginning += `'${arg.slice(0, 128 - beginning.length)}' `;
  }
  const words = `ERR unknown command '${name.slice(0, 128)}', with args beginning with: ${beginning}`;
  // An error is one line.
  return new RedisError(words.replaceAll(/[\r\n]/g, " "));
}
