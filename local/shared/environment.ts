import { isIP } from "node:net";
import { HOST } from "../config.ts";

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

/**
 * The address to listen on, from HOST: loopback where it is absent. In a container that would be out of reach of
 * everybody else, so an image sets 0.0.0.0 and leaves it to its ports who reaches it.
 * @throws Error when it is no IP address: of a name, the resolver would choose which interface it is
 */
export function listenAddress(env: Environment): string {
  const address = env.HOST || HOST;
  if (isIP(address) === 0) throw new Error("HOST must be an IP address to listen on");
  return address;
}
