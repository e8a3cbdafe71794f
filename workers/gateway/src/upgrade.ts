import type { Context } from "hono";
import { CLIENT_NETWORK_HEADER } from "#shared/contracts/live.ts";
import { Problem } from "#shared/errors/problem.ts";
import { digestOf } from "./digest.ts";
import { type GatewayHono, gatewayEnvironment } from "./env.ts";
import { addressOf, networkOf } from "./rate-limits/address.ts";

/**
 * What a service hears of a request for a WebSocket beyond what it hears of every other: that it is one, and a name for
 * the network that it comes from, which is not the address itself. A browser sends its page's origin along and lets the
 * page read what comes, whoever's it is: so the origin is looked at here. Who sends none is no browser.
 * @throws Problem UPGRADE_REQUIRED, ORIGIN_NOT_ALLOWED
 */
export async function upgradeHeaders(c: Context<GatewayHono>): Promise<Record<string, string>> {
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket") throw new Problem("UPGRADE_REQUIRED");
  const origins = gatewayEnvironment(c.env).CORS_ORIGINS.split(",");
  const origin = c.req.header("origin");
  if (origin !== undefined && !origins.includes("*") && !origins.includes(origin)) {
    throw new Problem("ORIGIN_NOT_ALLOWED");
  }
  const address = addressOf(c);
  const upgrade = { upgrade: "websocket" };
  if (address === null) return upgrade;
  return { ...upgrade, [CLIENT_NETWORK_HEADER]: (await digestOf(networkOf(address))).name };
}
