import { RestError } from "../rest-error.ts";
import type { RestRequest } from "./request.ts";

export type Route = {
  methods: readonly string[];
  /** `:name` matches any one segment; matched segments become `params`, in order. */
  path: string;
  /** What it resolves to is the JSON of a 200 answer. */
  handle: (request: RestRequest) => Promise<unknown>;
};

type Match = { route: Route; params: string[] };

/** Finds the route of a method and a path; throws 404 or 405. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match {
  const table = routes.map((route) => ({ route, pattern: route.path.split("/").slice(1) }));
  return (method, path) => {
    const segments = path.split("/").slice(1);
    const matches = table.filter(({ pattern }) => fits(pattern, segments));
    if (matches.length === 0) throw new RestError(404, `no such path: ${path}`);
    const match = matches.find(({ route }) => route.methods.includes(method));
    if (!match) throw new RestError(405, `${path} does not answer ${method}`);
    const params = segments.filter((_, i) => match.pattern[i]?.startsWith(":")).map(decode);
    return { route: match.route, params };
  };
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false;
  return pattern.every((part, i) => (part.startsWith(":") ? segments[i] !== "" : part === segments[i]));
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new RestError(400, "the path is not valid percent-encoding");
  }
}
