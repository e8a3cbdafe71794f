import type { Endpoint } from "../resources/endpoint.ts";

/** An endpoint found for a path, and the value of its `:id` segment ("" when it has none). */
export interface Match {
  endpoint: Endpoint;
  id: string;
}

/** Finds the endpoint for a method and a path without its query; null when there is none. */
export function createRouter(endpoints: readonly Endpoint[]): (method: string, path: string) => Match | null {
  const table = endpoints.map((endpoint) => ({ endpoint, segments: endpoint.path.split("/") }));
  return (method, path) => {
    const actual = path.split("/");
    for (const { endpoint, segments } of table) {
      if (endpoint.method !== method || segments.length !== actual.length) continue;
      let id = "";
      const fits = segments.every((segment, index) => {
        const part = actual[index] ?? "";
        if (segment !== ":id") return segment === part;
        id = part;
        return part !== "";
      });
      if (fits) return { endpoint, id };
    }
    return null;
  };
}
