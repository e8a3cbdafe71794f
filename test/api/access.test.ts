import { describe, expect, it } from "vitest";
import { ROLES } from "#shared/auth/roles.ts";
import { publicRoutes } from "#shared/contracts/openapi.ts";
import { ANY_USER, type AnyRoute } from "#shared/contracts/route.ts";
import { problem } from "../support/client.ts";
import { anyone, someone } from "../support/world.ts";

const nameOf = ({ method, path }: AnyRoute) => `${method.toUpperCase()} ${path}`;
const named = (routes: AnyRoute[]) => routes.map((route) => [nameOf(route), route] as const);

/** A request that gets as far as the access rule: who may call is asked before what they sent is read. */
const requestOf = ({ method, path, request, meta }: AnyRoute) =>
  [
    method.toUpperCase(),
    path.replaceAll(/\{\w+\}/g, "x"),
    request?.body || meta.rawBody ? { body: "{}", headers: { "content-type": "application/json" } } : {},
  ] as const;

const restricted = publicRoutes.filter(({ meta }) => meta.access !== "public");
const forSome = restricted.filter(({ meta }) => meta.access !== ANY_USER);

describe("who may call", () => {
  it.each(named(restricted))("needs a token [route %s: no token]", async (_name, route) => {
    const answer = await anyone.send(...requestOf(route));
    expect(answer).toMatchObject(problem("UNAUTHENTICATED"));
    expect(answer.headers.get("www-authenticate")).toContain("Bearer");
  });

  it.each(named(forSome))("needs one of its roles [route %s: wrong role]", async (_name, route) => {
    const others = ROLES.filter((role) => !route.meta.access.includes(role as never));
    expect(others).not.toEqual([]);
    for (const role of others) {
      const caller = await someone(role);
      expect(await caller.send(...requestOf(route)), role).toMatchObject(problem("FORBIDDEN"));
    }
  });

  it("is an admin, and nobody else, at every address below /api/admin", () => {
    const ofAdmins = publicRoutes.filter(({ path }) => path.startsWith("/api/admin/"));
    expect(ofAdmins.length).toBeGreaterThan(5);
    expect(ofAdmins.filter(({ meta }) => meta.access.toString() !== "ADMIN").map(nameOf)).toEqual([]);
  });

  it("is asked of more than a few routes", () => {
    expect(restricted.length).toBeGreaterThan(10);
    expect(forSome.length).toBeGreaterThan(3);
  });
});
