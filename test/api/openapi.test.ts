import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, it } from "vitest";
import { answerOf } from "#local/seed/api.ts";
import { listEvents } from "#shared/client/generated/sdk.gen.ts";
import { publicRoutes } from "#shared/contracts/openapi.ts";
import { PROBLEMS } from "#shared/errors/catalogue.ts";
import { clientOf } from "../support/client.ts";
import { checkAnswer } from "../support/contract.ts";
import { url } from "../support/world.ts";

interface Operation {
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: unknown;
  responses: Record<string, { description?: string; content?: Record<string, { schema?: unknown }> }>;
  security?: Record<string, string[]>[];
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
}

let document: Document;
beforeAll(async () => {
  const response = await fetch(`${url}/openapi.json`);
  expect(response.headers.get("content-type")).toContain("application/json");
  document = (await response.json()) as Document;
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

function refsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "$ref" && typeof inner === "string" ? [inner] : refsIn(inner),
  );
}

// https://spec.openapis.org/oas/v3.1.1.html
describe("the OpenAPI document", () => {
  it("is of version 3.1, and has every public route and no other", () => {
    expect(document).toMatchObject({ openapi: "3.1.0", info: { title: "TicketFlow" } });
    const shown = operations().map(({ method, path }) => `${method} ${path}`);
    expect(shown.toSorted()).toEqual(publicRoutes.map(({ method, path }) => `${method} ${path}`).toSorted());
  });

  it("has no reference that leads nowhere", () => {
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(0);
    for (const ref of refs) {
      const [root, ...keys] = ref.split("/");
      expect(root).toBe("#");
      expect(
        keys.reduce((at: unknown, key) => (at as Record<string, unknown>)?.[key], document),
        ref,
      ).toBeTruthy();
    }
  });

  it("declares the parameters of each path, a schema for each body and a text for each answer", () => {
    for (const { path, operation } of operations()) {
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(inPath.map(({ name }) => name)).toEqual(named);
      expect(inPath.every(({ required }) => required)).toBe(true);
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^[1-5]\d\d$/);
        expect(response.description).toBeTruthy();
        for (const { schema } of Object.values(response.content ?? {})) expect(schema).toBeTruthy();
      }
    }
  });

  it("says which routes need a token, and that they answer 401 without one", () => {
    expect(document.components.securitySchemes.bearerAuth).toMatchObject({ type: "http", scheme: "bearer" });
    const metas = new Map(publicRoutes.map(({ method, path, meta }) => [`${method} ${path}`, meta]));
    for (const { path, method, operation } of operations()) {
      const meta = metas.get(`${method} ${path}`);
      const isPublic = meta?.access === "public";
      const maySayWho = meta?.knowsCaller ? [{}, { bearerAuth: [] }] : undefined;
      expect(operation.security).toEqual(isPublic ? maySayWho : [{ bearerAuth: [] }]);
      if (!isPublic) expect(operation.responses["401"]?.description).toContain("UNAUTHENTICATED");
    }
  });

  it("is what the docs page shows", async () => {
    const response = await fetch(`${url}/docs`);
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(await response.text()).toContain("/openapi.json");
  });
});

// The check that every answer in these tests goes through: what it lets pass, they let pass.
describe("the check of answers", () => {
  const check = (path: string, status: number, body: unknown, type = "application/json") => {
    const headers = new Headers({ "x-request-id": "req_1", "content-type": type, etag: '"1"' });
    checkAnswer("GET", path, { status, headers, body, text: JSON.stringify(body) });
  };
  const problemOf = (code: keyof typeof PROBLEMS, changes: object = {}) => {
    const { status, title } = PROBLEMS[code];
    return { type: `urn:x:${code}`, title, status, code, requestId: "req_1", ...changes };
  };
  const PROBLEM_TYPE = "application/problem+json";
  const empty = { data: [], pagination: { page: 1, perPage: 20, total: 0, totalPages: 0 } };

  it("sits below the generated calls, too", async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "x-request-id": "req_1", etag: '"1"' });
      response.end(JSON.stringify({ ...empty, secret: 1 }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const call = answerOf(listEvents({ client: clientOf(`http://127.0.0.1:${port}`).api }));
    await expect(call).rejects.toThrow("with fields that are not documented");
    server.close();
  });

  it("lets pass what is documented", () => {
    check("/api/events", 200, empty);
    check("/api/events/x", 404, problemOf("EVENT_NOT_FOUND"), PROBLEM_TYPE);
    check("/nothing", 404, problemOf("NOT_FOUND"), PROBLEM_TYPE);
  });

  it.each<[string, () => void]>([
    ["another status", () => check("/api/events", 201, empty)],
    ["a field too many", () => check("/api/events", 200, { ...empty, secret: 1 })],
    ["a field too few", () => check("/api/events", 200, { data: [] })],
    ["another type", () => check("/api/events", 200, empty, "text/html")],
    ["a problem as plain JSON", () => check("/api/events/x", 404, problemOf("EVENT_NOT_FOUND"))],
    [
      "another route's problem",
      () => check("/api/events/x", 404, problemOf("VENUE_NOT_FOUND"), PROBLEM_TYPE),
    ],
    [
      "a problem of another status",
      () => check("/api/events/x", 400, problemOf("EVENT_NOT_FOUND"), PROBLEM_TYPE),
    ],
    [
      "another request's id",
      () => check("/api/events/x", 404, problemOf("EVENT_NOT_FOUND", { requestId: "req_2" }), PROBLEM_TYPE),
    ],
    ["a failure of ours", () => check("/api/events", 500, problemOf("INTERNAL_ERROR"), PROBLEM_TYPE)],
    ["an answer where nothing is documented", () => check("/nothing", 200, {})],
  ])("stops %s", (_what, run) => {
    expect(run).toThrow("answered");
  });
});
