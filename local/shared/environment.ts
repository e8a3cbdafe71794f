/** A process's variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error naming the variable when it is absent or empty */
export function required(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/**
 * A whole number from `min` to `max`. Where the variable is absent, `fallback`; without one it is required.
 * @throws Error naming the variable
 */
export function wholeNumber(
  env: Environment,
  name: string,
  { min, max, fallback }: { min: number; max: number; fallback?: number },
): number {
  if (!env[name] && fallback !== undefined) return fallback;
  const text = required(env, name);
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new Error(`${name} must be a whole number from ${min} to ${max}`);
  }
  return value;
}

/** The port to listen on; 0 takes any free one. @throws Error naming the variable */
export const portNumber = (env: Environment, name = "PORT"): number =>
  wholeNumber(env, name, { min: 0, max: 65_535 });
