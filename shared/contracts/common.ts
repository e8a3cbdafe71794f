import { z } from "@hono/zod-openapi";
import { type IdPrefix, idPattern } from "../ids/id.ts";
import { exampleId } from "./examples.ts";

/** An id of one kind, such as `bkg_…`. */
export function prefixedId(prefix: IdPrefix) {
  return z
    .string()
    .regex(idPattern(prefix), `an id that starts with ${prefix}_`)
    .openapi({ example: exampleId(prefix) });
}

/** An id in a path. Any text is let through: an id that cannot exist answers 404, not 400. */
export function pathId(prefix: IdPrefix, name: string) {
  return z
    .string()
    .max(100)
    .openapi({ param: { name, in: "path" }, example: exampleId(prefix) });
}

/** The parameters of a path with an `{id}` alone. */
export const idInPath = (prefix: IdPrefix) => z.object({ id: pathId(prefix, "id") });

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
export const instant = z.iso.datetime({ offset: true }).openapi({ example: "2026-11-25T18:00:00.000Z" });

export const pageQuery = z.object({
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  perPage: z.coerce.number().int().min(1).max(100).default(20),
});

export const pagination = z.object({
  page: z.int().openapi({ example: 1 }),
  perPage: z.int().openapi({ example: 20 }),
  total: z.int().openapi({ example: 1 }),
  totalPages: z.int().openapi({ example: 1 }),
});

/** @param total how many there are in all */
export function paginationOf(page: number, perPage: number, total: number) {
  return { page, perPage, total, totalPages: Math.ceil(total / perPage) };
}
