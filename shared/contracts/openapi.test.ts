import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { exampleOf } from "./document-examples.ts";
import { openApiDocument, publicRoutes, TAGS } from "./openapi.ts";
import type { AnyRoute } from "./route.ts";

interface Media {
  example?: unknown;
  examples?: Record<string, { value: { code: string; status: number } }>;
}
interface Answer {
  description: string;
  headers?: Record<string, { description?: string }>;
  content?: Record<string, Media>;
}
interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters?: { name: string; in: string; example?: unknown; schema: { examples?: unknown[] } }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Answer>;
}

const document = JSON.parse(JSON.stringify(openApiDocument("http://localhost:8787"))) as {
  paths: Record<string, Record<string, Operation>>;
  tags: { name: string; description: string }[];
};
const operations = publicRoutes.map((route): [string, AnyRoute, Operation] => [
  route.operationId!,
  route,
  document.paths[route.path]![route.method]!,
]);

type Content = Record<string, { schema: z.ZodType }>;
const contentOf = (from: unknown) => (from as { content?: Content } | undefined)?.content ?? {};

/** @throws unless the example is there and the schema takes it as it is */
function mustFit(what: string, schema: z.ZodType | undefined, example: unknown): void {
  expect(example, `${what} has no example`).not.toBeUndefined();
  const read = schema?.safeParse(example);
  expect(read?.error?.issues ?? [], `the example of ${what}`).toEqual([]);
}

describe("the OpenAPI document", () => {
  it("is valid OpenAPI 3.1", async () => {
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
  });

  it("explains every tag that it uses", () => {
    const used = [...new Set(operations.flatMap(([, , { tags }]) => tags))];
    expect(document.tags.map(({ name }) => name).toSorted()).toEqual(used.toSorted());
    expect(used.filter((tag) => !TAGS[tag])).toEqual([]);
  });

  it.each(operations)("%s has a name, a summary and one tag", (id, _route, operation) => {
    expect(operation).toMatchObject({ operationId: id, summary: expect.stringMatching(/\w/) });
    expect(operation.tags).toHaveLength(1);
  });

  it.each(operations)(
    "%s has an example of each body and answer, which its schema takes",
    (id, route, operation) => {
      for (const [type, { example }] of Object.entries(operation.requestBody?.content ?? {}))
        mustFit(`${id}'s body`, contentOf(route.request?.body)[type]?.schema, example);
      for (const [status, answer] of Object.entries(operation.responses)) {
        if (Number(status) >= 300) continue;
        for (const [type, { example }] of Object.entries(answer.content ?? {}))
          mustFit(`${id}'s ${status}`, contentOf(route.responses[status])[type]?.schema, example);
      }
    },
  );

  it.each(operations)(
    "%s has an example of each parameter, which its schema takes",
    (id, { request }, operation) => {
      const schemas: Record<string, unknown> = {
        path: request?.params,
        query: request?.query,
        header: request?.headers,
      };
      for (const { name, in: place, example, schema } of operation.parameters ?? []) {
        const fields = (schemas[place] as z.ZodObject).shape;
        mustFit(`${id}'s ${name}`, fields[name], example ?? schema.examples?.[0]);
      }
    },
  );

  it.each(operations)("%s shows every problem that it can answer with", (_id, route, { responses }) => {
    const shown = Object.entries(responses).flatMap(([status, { content }]) =>
      Object.entries(content?.["application/problem+json"]?.examples ?? {}).map(([code, { value }]) => {
        mustFit(code, contentOf(route.responses[status])["application/problem+json"]?.schema, value);
        expect(value).toMatchObject({ code, status: Number(status) });
        return code;
      }),
    );
    expect(shown.toSorted()).toEqual(route.problemCodes.toSorted());
  });

  it("describes the headers that callers need", () => {
    const answer = (id: string, status: number) =>
      operations.find(([name]) => name === id)![2].responses[status]!.headers;
    expect(answer("createBooking", 202)).toHaveProperty("location");
    expect(answer("getEvent", 200)).toHaveProperty("etag");
    expect(answer("seats", 200)).toHaveProperty("etag");
    expect(answer("getBooking", 503)).toHaveProperty("retry-after");
    expect(answer("getBooking", 401)).toHaveProperty("www-authenticate");
    for (const [, , { responses }] of operations)
      for (const { headers } of Object.values(responses)) expect(headers).toHaveProperty("x-request-id");
  });
});

describe("an example", () => {
  it("is made of the parts' examples where a schema has none of its own", () => {
    const schemas = { Id: { type: "string", example: "x" } };
    const id = { $ref: "#/components/schemas/Id" };
    expect(
      exampleOf({ properties: { a: { items: id }, b: { anyOf: [id, { type: "null" }] } } }, schemas),
    ).toEqual({
      a: ["x"],
      b: "x",
    });
    expect(
      exampleOf({ allOf: [{ properties: { a: id } }, { properties: { b: { enum: ["p", "q"] } } }] }, schemas),
    ).toEqual({
      a: "x",
      b: "p",
    });
    expect(exampleOf({ const: 7 }, schemas)).toBe(7);
    expect(exampleOf({ type: ["integer", "null"] }, schemas)).toBe(1);
  });

  it("is not invented for a text", () => {
    expect(exampleOf({ type: "string" }, {})).toBeUndefined();
  });
});
