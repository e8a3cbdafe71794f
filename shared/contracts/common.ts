import { z } from "@hono/zod-openapi";
import { type IdPrefix, idPattern } from "../ids/id.ts";

/** An id of one kind, such as `bkg_…`. */
export function prefixedId(prefix: IdPrefix) {
  return z.string().regex(idPattern(prefix), `an id that starts with ${prefix}_`);
}

/** The id in a path. Any text is let through: an id that cannot exist answers 404, not 400. */
export const idParam = z.object({
  id: z
    .string()
    .max(100)
    .openapi({ param: { name: "id", in: "path" } }),
});

/**
 * One line for people to read. Control characters and halves of surrogate pairs have no meaning in it, and
 * Postgres cannot store all of them.
 */
export const lineOfText = z
  .string()
  .trim()
  // No `regex`: a pattern with a flag would stand in the API's document as one that matches nothing.
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), "has a control character or half a surrogate pair");

/** ISO 8601 with an offset or Z. */
export const instant = z.iso.datetime({ offset: true });

export const pageQuery = z.object({
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  perPage: z.coerce.number().int().min(1).max(100).default(20),
});

export const pagination = z.object({
  page: z.int(),
  perPage: z.int(),
  total: z.int(),
  totalPages: z.int(),
});

/** @param total how many there are in all */
export function paginationOf(page: number, perPage: number, total: number) {
  return { page, perPage, total, totalPages: Math.ceil(total / perPage) };
}
