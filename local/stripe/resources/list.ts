import { invalidRequest, noSuch } from "../http/errors.ts";
import { hash, integer, optional, string, valueOrHash } from "../http/params.ts";
import type { CreatedRange, Page, PageQuery } from "../storage/object-table.ts";

const seconds = integer({ min: 0, max: 99_999_999_999 });

/** The parameters of every list: https://docs.stripe.com/api/pagination */
export const LIST_PARAMS = {
  limit: optional(integer({ min: 1, max: 100 })),
  starting_after: optional(string),
  ending_before: optional(string),
  created: optional(
    valueOrHash(
      seconds,
      hash({ gt: optional(seconds), gte: optional(seconds), lt: optional(seconds), lte: optional(seconds) }),
    ),
  ),
};

interface ListParams {
  limit: number | undefined;
  starting_after: string | undefined;
  ending_before: string | undefined;
  created: number | CreatedRange | undefined;
}

const DEFAULT_LIMIT = 10;

/**
 * The page that the parameters ask for.
 * @throws ApiError 400 for both cursors at once, or for one that names nothing.
 */
export function pageQuery(params: ListParams, noun: string, exists: (id: string) => boolean): PageQuery {
  const { starting_after: startingAfter, ending_before: endingBefore, created } = params;
  if (startingAfter && endingBefore) {
    throw invalidRequest("You may only specify one of these parameters: ending_before, starting_after.", {
      code: "parameters_exclusive",
      param: "ending_before",
    });
  }
  if (startingAfter && !exists(startingAfter)) throw noSuch(noun, startingAfter, "starting_after");
  if (endingBefore && !exists(endingBefore)) throw noSuch(noun, endingBefore, "ending_before");
  return {
    limit: params.limit ?? DEFAULT_LIMIT,
    startingAfter,
    endingBefore,
    created: typeof created === "number" ? { gte: created, lte: created } : created,
  };
}

/** A list object as the API shows it. */
export function renderList<T>(page: Page<T>, url: string, render: (item: T) => object): object {
  return { object: "list", data: page.items.map(render), has_more: page.hasMore, url };
}
