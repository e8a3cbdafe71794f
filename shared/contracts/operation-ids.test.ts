import { globSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { publicRoutes } from "./openapi.ts";
import type { AnyRoute } from "./route.ts";

const root = resolve(import.meta.dirname);

/** Every exported constant `<name>Route` of this folder. */
async function declared(): Promise<[name: string, route: AnyRoute][]> {
  const files = globSync("*.ts", { cwd: root }).filter((file) => !file.endsWith(".test.ts"));
  const modules = await Promise.all(files.map((file) => import(join(root, file)) as Promise<object>));
  const constants = modules.flatMap((module) => Object.entries(module) as [string, AnyRoute][]);
  return constants.filter(([name]) => name.endsWith("Route"));
}

describe("operation ids", () => {
  it("are the names of the routes' constants", async () => {
    const routes = await declared();
    expect(routes.length).toBeGreaterThan(20);
    expect(routes.map(([, { operationId }]) => `${operationId}Route`)).toEqual(routes.map(([name]) => name));
  });

  it("are there for every route, each once", () => {
    const ids = publicRoutes.map(({ operationId }) => operationId);
    expect(ids.filter((id) => !id)).toEqual([]);
    expect(ids.length).toBe(new Set(ids).size);
  });

  it("belong to routes that are in the list of routes", async () => {
    const listed = new Set(publicRoutes.map(({ operationId }) => operationId));
    expect(
      (await declared()).map(([, { operationId }]) => operationId).filter((id) => !listed.has(id)),
    ).toEqual([]);
  });
});
