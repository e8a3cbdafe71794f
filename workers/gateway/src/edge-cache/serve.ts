import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { systemClock } from "#shared/clock.ts";
import type { AnyRoute } from "#shared/contracts/route.ts";
import type { GatewayHono } from "../env.ts";
import { opaque } from "./answers.ts";
import { acceptsGzip, compressed, isCompressed } from "./compress.ts";
import { keyOf } from "./key.ts";
import { remembering } from "./memory.ts";
import { edgeRuleOf } from "./rules.ts";
import { cacheApiStore } from "./store.ts";
import { throughEdge } from "./through.ts";
import { countView } from "./views.ts";

/**
 * Answers a request from what the edge keeps, where its route says that something is kept.
 * @param ask sends the request on to its service, with this as `If-None-Match`
 */
export async function serveFromEdge(
  c: Context<GatewayHono>,
  route: AnyRoute,
  ask: (ifNoneMatch: string | null) => Promise<Response>,
): Promise<Response> {
  const { raw } = c.req;
  const condition = raw.headers.get("if-none-match");
  const rule = edgeRuleOf(route);
  // Who is known may get more than others.
  if (!rule || (route.meta.knowsCaller && raw.headers.has("authorization"))) return ask(condition);
  const params = Object.values(c.req.param()) as string[];
  const form = formOf(c, route);
  const isGzipped = isCompressed(form) && acceptsGzip(clientEncoding(raw));
  const query = new URL(raw.url).searchParams;
  const key = keyOf(route, rule, { params, query, form: isGzipped ? `${form};gzip` : form });
  const later = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  const request = {
    key,
    scopes: rule.scopes(params[0] ?? ""),
    keptMs: rule.keptMs,
    method: raw.method,
    headers: raw.headers,
    async ask(ifNoneMatch: string | null) {
      // Services know their ETags as they gave them.
      const answer = await ask(ifNoneMatch && opaque(ifNoneMatch));
      return isGzipped ? await compressed(answer) : answer;
    },
    onHit() {
      const views = { events: c.env.VIEWS, clock: systemClock };
      if (rule.countsViews) later(countView(params[0]!, views).catch(() => undefined));
    },
  };
  const cache = cacheApiStore(caches.default);
  const store = rule.isSmall || isCompressed(form) ? remembering(cache, systemClock) : cache;
  const deps = { store, clock: systemClock, later };
  return throughEdge(deps, request);
}

/** Which of a route's media types is asked for, as the service itself finds it. */
function formOf(c: Context, route: AnyRoute): string {
  const { content } = route.responses[200] as { content: Record<string, unknown> };
  const supports = Object.keys(content);
  return accepts(c, { header: "Accept", supports, default: supports[0]! });
}

/** Cloudflare tells Workers what it accepts itself, and beside that what the client does. */
const clientEncoding = (request: Request): string =>
  String(request.cf?.clientAcceptEncoding ?? request.headers.get("accept-encoding") ?? "");
