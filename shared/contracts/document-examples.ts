import { PROBLEMS, type ProblemCode } from "../errors/catalogue.ts";
import { type FieldError, Problem } from "../errors/problem.ts";
import { exampleId } from "./examples.ts";

/** A JSON schema of the generated document, as far as an example follows from it. */
export interface JsonSchema {
  $ref?: string;
  example?: unknown;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  allOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

const SIMPLE: Record<string, unknown> = { integer: 1, number: 1, boolean: true };

/**
 * An example of a schema: its own where it has one, else one made of its parts' examples.
 * @param schemas the document's components, where references lead
 * @returns undefined where nobody said what such a text looks like
 */
export function exampleOf(schema: JsonSchema, schemas: Record<string, JsonSchema>): unknown {
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.$ref) return exampleOf(schemas[schema.$ref.split("/").at(-1)!]!, schemas);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => exampleOf(part, schemas)));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return exampleOf(choices[0]!, schemas);
  if (schema.items) return [exampleOf(schema.items, schemas)];
  if (!schema.properties) return SIMPLE[[schema.type].flat()[0] ?? ""];
  const fields = Object.entries(schema.properties).map(([name, field]) => [name, exampleOf(field, schemas)]);
  return Object.fromEntries(fields);
}

const DETAILS: Partial<Record<ProblemCode, string>> = {
  AUDIT_RUNNING: `It is ${exampleId("audit")}, started by schedule`,
  BOOKING_NOT_CANCELLABLE: "It is FAILED",
  EVENT_NOT_ON_SALE: "The sale begins at 2030-05-01T10:00:00.000Z",
  PRICE_CHANGED: "The total is 48000",
};

const FIELDS: Partial<Record<ProblemCode, FieldError[]>> = {
  VALIDATION_ERROR: [{ path: "name", message: "Invalid input: expected string, received number" }],
};

/** What a route answers for each of these codes, by code, as OpenAPI's `examples`. @param path where it stands */
export function problemExamples(codes: ProblemCode[], path: string) {
  return Object.fromEntries(
    codes.map((code) => [
      code,
      {
        summary: PROBLEMS[code].title,
        value: new Problem(code, DETAILS[code], FIELDS[code]).toDocument(exampleId("req"), path),
      },
    ]),
  );
}
