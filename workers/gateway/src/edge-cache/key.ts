import type { AnyRoute } from "#shared/contracts/route.ts";
import type { EdgeRule } from "./rules.ts";

/** What of a request its answer depends on. */
export interface AskedFor {
  /** The values of the path's parameters, in their order. */
  params: string[];
  query: URLSearchParams;
  /** The media type that is answered. */
  form: string;
}

/**
 * What an answer is kept under: the same for all requests that get the same one. Parameters are read as the service
 * reads them: in any order, with what is left out filled in, without those that the route does not know.
 * @returns null for what is not kept: the service refuses it, or the rule does
 */
export function keyOf(route: AnyRoute, rule: EdgeRule, { params, query, form }: AskedFor): string | null {
  const read = readQuery(route, query);
  if (read === null || (rule.keeps && !rule.keeps(read))) return null;
  const known = Object.entries(read)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]): [string, string] => [name, String(value)]);
  const path = [route.operationId, ...params].map((part) => encodeURIComponent(part ?? "")).join("/");
  return `${path}?${new URLSearchParams([...known, ["form", form]])}`;
}

interface Schema {
  safeParse(value: unknown): { success: true; data: Record<string, unknown> } | { success: false };
}

/** @returns null where the service refuses it, or a parameter comes twice */
function readQuery(route: AnyRoute, query: URLSearchParams): Record<string, unknown> | null {
  const schema = route.request?.query as unknown as Schema | undefined;
  if (!schema) return {};
  const given = Object.fromEntries(query);
  const read = schema.safeParse(given);
  if (!read.success) return null;
  return Object.keys(read.data).some((name) => query.getAll(name).length > 1) ? null : read.data;
}
