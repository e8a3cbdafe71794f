import { z } from "@hono/zod-openapi";

/** The most places one booking, or one hold, may take. */
export const MAX_PLACES = 10;

/** The longest list that is read at all: over {@link MAX_PLACES} it is INVALID_SEAT_COUNT, over this a bad request. */
const MAX_LISTED = 100;

/** What a buyer asks for. */
export const places = {
  seatIds: z
    .array(z.string().min(1).max(200))
    .max(MAX_LISTED)
    .optional()
    .openapi({ description: "Seats' ids, from the event's seat map" }),
  generalAdmission: z
    .array(z.object({ name: z.string().min(1).max(200), quantity: z.int().min(1).max(MAX_LISTED) }))
    .max(MAX_LISTED)
    .optional(),
};

export const idempotencyKey = z.object({
  "idempotency-key": z
    .string()
    .min(1)
    .max(255)
    .optional()
    .openapi({
      description:
        "Yours for this request. The same key and body again answer with the same result; the same key with " +
        "another body is refused",
      example: "my-first",
    }),
});
