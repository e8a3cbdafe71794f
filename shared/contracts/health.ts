import { z } from "@hono/zod-openapi";
import { json, route } from "./route.ts";

/** One thing that was asked, and how long its answer took. */
const check = z.object({
  name: z.string(),
  state: z.enum(["up", "down"]),
  latencyMs: z.int(),
  backends: z
    .array(z.object({ name: z.string(), state: z.enum(["up", "down"]), latencyMs: z.int() }))
    .optional(),
});

const health = z.object({ state: z.enum(["up", "down"]), services: z.array(check) }).openapi("Health");

export const healthRoute = route(
  { service: "gateway", access: "public" },
  {
    method: "get",
    path: "/health",
    summary: "Each service and its backends, each truly asked",
    tags: ["operations"],
    responses: { 200: json(health, "All up"), 503: json(health, "Something is down, and named") },
  },
);
