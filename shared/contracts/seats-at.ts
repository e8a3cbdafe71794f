import { z } from "@hono/zod-openapi";
import { instant, pathId, prefixedId } from "./common.ts";
import { SEATS_AT_EXAMPLE } from "./examples.ts";
import { SEAT_STATUSES, seatSummary } from "./inventory.ts";
import { json, OPERATORS, route } from "./route.ts";

/** The most owners that are shown; `ownersTotal` counts all. */
export const MAX_OWNERS = 1_000;

const status = z.enum(SEAT_STATUSES);

const mapAt = z.object({
  seq: z
    .int()
    .openapi({ description: "The entry after which the map was so; the last one, if it is asked beyond" }),
  epoch: z.int(),
  at: instant.nullable().openapi({ description: "When that entry was made; null before the first one" }),
  planVersion: z.int().openapi({ description: "0 before the map was opened" }),
  closed: z.boolean(),
  summary: seatSummary.nullable().openapi({
    description: "Null where the plan of then was replaced before anything was decided: it is not kept",
  }),
  owners: z
    .array(
      z.object({
        kind: z.enum(["hold", "booking"]),
        id: z.string(),
        userId: z.string(),
        status,
        seatIds: z.array(z.string()),
      }),
    )
    .max(MAX_OWNERS),
  ownersTotal: z.int(),
  seats: z
    .array(z.object({ id: z.string(), status, ownerId: z.string().nullable() }))
    .optional()
    .openapi({ description: "Every place, where it is asked for with `places=all`" }),
});

export const seatsAtRoute = route(
  { service: "operations", access: OPERATORS, problems: ["EVENT_NOT_FOUND"] },
  {
    operationId: "seatsAt",
    method: "get",
    path: "/api/admin/events/{id}/seats",
    summary: "What buyers saw of an event's seats after an entry of its ledger",
    description:
      "The map is rebuilt from the ledger, and every link of its chain is checked from the first one on.",
    tags: ["operations"],
    request: {
      params: z.object({ id: pathId("evnt", "id") }),
      query: z.object({
        at: z.coerce
          .number()
          .int()
          .min(0)
          .max(Number.MAX_SAFE_INTEGER)
          .optional()
          .openapi({ description: "An entry's number; the last one if absent", example: 12 }),
        places: z.enum(["taken", "all"]).default("taken"),
      }),
    },
    responses: {
      200: json(
        z
          .object({
            eventId: prefixedId("evnt"),
            head: z
              .object({ seq: z.int(), hash: z.string() })
              .openapi({ description: "The last entry that the chain vouches for" }),
            rows: z.int().openapi({ description: "How many links were checked" }),
            broken: z.object({ firstSeq: z.int(), afterSeq: z.int() }).nullable().openapi({
              description: "The first link that does not hold: nothing after it can be believed",
            }),
            map: mapAt.nullable().openapi({ description: "Null where the chain breaks before the entry" }),
          })
          .openapi("SeatsAt", { example: SEATS_AT_EXAMPLE }),
        "The map as it was then",
      ),
    },
  },
);
