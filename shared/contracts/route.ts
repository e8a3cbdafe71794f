import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import type { Role } from "../auth/roles.ts";
import { PROBLEMS, type ProblemCode } from "../errors/catalogue.ts";
import type { RateLimitName } from "./rate-limits.ts";

export type ServiceName =
  | "gateway"
  | "users"
  | "events"
  | "inventory"
  | "bookings"
  | "payments"
  | "notifications"
  | "operations";

/** Who may call: anybody, or a signed-in user with one of these roles. */
export type Access = "public" | readonly Role[];

export const ANY_USER: Access = ["USER", "ORGANISER", "ADMIN", "GATE"];
export const SELLERS: Access = ["ORGANISER", "ADMIN"];
export const OPERATORS: Access = ["ADMIN"];

const problemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string().optional(),
    instance: z.string().optional(),
    requestId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    unavailableSeatIds: z.array(z.string()).optional(),
  })
  .openapi("Problem", { description: "RFC 9457 problem document; `code` is stable." });

/** Problems that any route can answer with. */
const ALWAYS: ProblemCode[] = ["INTERNAL_ERROR", "SERVICE_UNAVAILABLE"];

/** The `responses` entries of these problems, grouped by status. */
function problemResponses(codes: ProblemCode[]) {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join(". "),
        content: { "application/problem+json": { schema: problemDocument } },
      },
    ]),
  );
}

interface RouteMeta {
  service: ServiceName;
  access: Access;
  problems?: ProblemCode[];
  /** A public route that shows more to whom it concerns: a valid token is passed on, any other counts as none. */
  knowsCaller?: true;
  /** The cookie of a sign-in under way passes both ways; no other route sees or sets one. */
  cookies?: true;
  /** It answers with a WebSocket: the gateway looks at the page that it comes from. */
  isUpgrade?: true;
  /** The buckets that a call takes a token from, in order. */
  limits?: readonly RateLimitName[];
  /** The largest body, in bytes. */
  maxBodyBytes?: number;
  /** A JSON body that the service reads as bytes and checks itself: what it is, for the documentation. */
  rawBody?: { description: string; example: object };
}

/** The largest body of a route that does not say otherwise: 1 MB. */
export const DEFAULT_MAX_BODY_BYTES = 1_000_000;

/** OpenAPI's `security`: any one of its entries will do, and the empty one asks for nothing. */
function securityOf({ access, knowsCaller }: RouteMeta): Pick<RouteConfig, "security"> {
  if (access !== "public") return { security: [{ bearerAuth: [] }] };
  return knowsCaller ? { security: [{}, { bearerAuth: [] }] } : {};
}

/**
 * A route, written once: its types, validation, documentation, owner and access rule all come from here.
 * @param meta which service answers, who may call, and the problems beyond the usual ones
 * @param config its `operationId` is the name of the generated client's call: the constant's, without "Route"
 */
export function route<
  R extends Omit<RouteConfig, "path"> & { path: P; operationId: string },
  P extends string,
>(meta: RouteMeta, config: R) {
  const problems = [...(meta.problems ?? []), ...ALWAYS];
  if (meta.access !== "public") {
    problems.push("UNAUTHENTICATED");
    if (meta.access !== ANY_USER) problems.push("FORBIDDEN");
  }
  if (meta.limits) problems.push("RATE_LIMITED");
  if (config.request?.body) problems.push("MALFORMED_JSON", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE");
  if (config.request) problems.push("VALIDATION_ERROR");
  // An answer that the route declares itself stands in a problem's place, such as a 503 of its own.
  const problemCodes = [...new Set(problems)].filter((code) => !(PROBLEMS[code].status in config.responses));
  const made = createRoute({
    ...config,
    ...securityOf(meta),
    responses: { ...problemResponses(problemCodes), ...config.responses } as R["responses"],
  });
  return Object.assign(made, { meta, problemCodes });
}

/** A route as the gateway and the services see it, whatever its types. */
export type AnyRoute = RouteConfig & {
  meta: RouteMeta;
  /** All that it can answer with. */
  problemCodes: ProblemCode[];
  getRoutingPath(): string;
};

/** A JSON answer. */
export function json<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** A required JSON body. */
export function jsonBody<S extends z.ZodType>(schema: S) {
  return { required: true, content: { "application/json": { schema } } };
}

/** What a client has kept of an answer before. */
export const ifNoneMatch = z.object({
  "if-none-match": z
    .string()
    .max(200)
    .optional()
    .openapi({ description: "The ETag of an answer that you have kept", example: '"3f1c-12"' }),
});

export const ETAG_HEADER = z.object({
  etag: z.string().openapi({ description: "Send it as If-None-Match", example: '"3f1c-12"' }),
});

/** A JSON answer that may be kept, and asked for again by its ETag. */
export function cacheable<S extends z.ZodType>(schema: S, description: string) {
  return {
    200: { ...json(schema, `${description}, with an ETag`), headers: ETAG_HEADER },
    304: { description: "Unchanged since the ETag in If-None-Match" },
  };
}
