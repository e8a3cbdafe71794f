import { isIPv4, isIPv6 } from "node:net";
import type { Context } from "hono";
import { type GatewayHono, gatewayEnvironment } from "../env.ts";

/** Where a request comes from, as whoever is in front says; null where nobody is who would know. */
export function addressOf(c: Context<GatewayHono>): string | null {
  const { CLIENT_ADDRESS_HEADER: name } = gatewayEnvironment(c.env);
  return name === "none" ? null : (c.req.header(name) ?? "");
}

/** The bits of an IPv6 address that say whose it is: a household or a server gets a /64, with 2^64 addresses in it. */
const GROUPS_OF_NETWORK = 4;

/**
 * The network that counts as one client: an IPv4 address, the /64 of an IPv6 address. Everything else is one client
 * together, so that nobody escapes by an address that is none.
 */
export function networkOf(address: string): string {
  const plain = address.trim().toLowerCase();
  if (isIPv4(plain)) return plain;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1];
  if (mapped && isIPv4(mapped)) return mapped;
  if (!isIPv6(plain) || plain.includes("%")) return "unknown";
  // An IPv4 tail stands for two groups; it is never part of the network.
  const [head = "", tail] = plain.replace(/\d+\.\d+\.\d+\.\d+$/, "0:0").split("::");
  const before = head.split(":").filter(Boolean);
  const after = (tail ?? "").split(":").filter(Boolean);
  const zeros = Array<string>(tail === undefined ? 0 : 8 - before.length - after.length).fill("0");
  const groups = [...before, ...zeros, ...after].slice(0, GROUPS_OF_NETWORK);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}
