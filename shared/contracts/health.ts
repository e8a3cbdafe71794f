import { z } from "@hono/zod-openapi";
import { json, route } from "./route.ts";

const state = z.enum(["up", "down"]);

/** A store or a server that a service uses, and how long its answer took. */
export const backend = z.object({
  name: z.string(),
  state,
  latencyMs: z.int(),
  optional: z
    .literal(true)
    .optional()
    .openapi({ description: "The service does its work without it, slower" }),
});

const check = z.object({ name: z.string(), state, latencyMs: z.int(), backends: z.array(backend) });

/** The body of every answer. */
export const health = z
  .object({
    state: z
      .enum(["up", "degraded", "down"])
      .openapi({ description: "Degraded: all that is down is optional" }),
    services: z.array(check),
  })
  .openapi("Health", {
    example: {
      state: "up",
      services: [
        {
          name: "users",
          state: "up",
          latencyMs: 4,
          backends: [{ name: "postgres", state: "up", latencyMs: 3 }],
        },
      ],
    },
  });

export type BackendState = z.infer<typeof backend>;
export type ServiceState = z.infer<typeof check>;
export type Health = z.infer<typeof health>;

export const healthRoute = route(
  { service: "gateway", access: "public" },
  {
    operationId: "health",
    method: "get",
    path: "/health",
    summary: "Each service and its backends, each truly asked",
    tags: ["operations"],
    responses: {
      200: json(health, "All up, or all but what is optional; what is down is named"),
      503: json(health, "Something that is needed is down, and named"),
    },
  },
);
