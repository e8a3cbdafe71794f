/** A refusal as Redis words it: `<CODE> <message>`, the code `ERR` where there is no other. */
export class RedisError extends Error {
  override name = "RedisError";
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
