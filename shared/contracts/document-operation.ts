import { PROBLEMS } from "../errors/catalogue.ts";
import { exampleOf, type JsonSchema, problemExamples } from "./document-examples.ts";
import { exampleId } from "./examples.ts";
import type { AnyRoute } from "./route.ts";

interface Media {
  schema?: JsonSchema;
  example?: unknown;
  examples?: object;
}
interface Answer {
  headers?: Record<string, object>;
  content?: Record<string, Media>;
}
interface Parameter {
  required?: boolean;
  schema: JsonSchema & { examples?: unknown[] };
  example?: unknown;
}
interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Answer>;
}

/** The generated document, as far as an operation is completed in it. */
export interface Documented {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

const header = (description: string, example: string | number) => ({
  description,
  required: true,
  schema: { type: typeof example === "number" ? "integer" : "string" },
  example,
});

const REQUEST_ID = header("The id under which our logs know this request", exampleId("req"));
const RETRY_AFTER = header("Seconds after which to try again", 5);

/** Headers that an answer has by its status alone. */
const HEADERS: Record<string, Record<string, object>> = {
  401: { "www-authenticate": header("How to sign in", "Bearer") },
  429: { "retry-after": RETRY_AFTER },
  503: { "retry-after": RETRY_AFTER },
};

/** Completes a route's operation: examples of all that goes in and comes out, and the headers of every answer. */
export function describeOperation(route: AnyRoute, { paths, components }: Documented): void {
  const operation = paths[route.path]![route.method]!;
  const exemplify = (media: Media) => {
    media.example ??= exampleOf(media.schema ?? {}, components.schemas);
  };
  for (const parameter of operation.parameters ?? []) exemplifyParameter(parameter, components.schemas);
  for (const media of Object.values(operation.requestBody?.content ?? {})) exemplify(media);
  for (const [status, answer] of Object.entries(operation.responses)) {
    answer.headers = { ...answer.headers, ...HEADERS[status], "x-request-id": REQUEST_ID };
    for (const [type, media] of Object.entries(answer.content ?? {})) {
      if (type !== "application/problem+json") exemplify(media);
      else media.examples = problemExamples(codesOf(route, status), route.path);
    }
  }
}

const codesOf = ({ problemCodes }: AnyRoute, status: string) =>
  problemCodes.filter((code) => PROBLEMS[code].status === Number(status));

/**
 * What is needed has an `example`, which the API's page fills in. What may be left out has its example in the schema's
 * `examples`: filled in, a page of events would be searched for all of them at once.
 */
function exemplifyParameter(parameter: Parameter, schemas: Record<string, JsonSchema>): void {
  const example = exampleOf(parameter.schema, schemas);
  if (example === undefined) return;
  const { example: _, ...schema } = parameter.schema;
  if (parameter.required) Object.assign(parameter, { example, schema });
  else parameter.schema = { ...schema, examples: [example] };
}
