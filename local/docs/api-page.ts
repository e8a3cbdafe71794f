import { openApiDocument, publicRoutes, TAGS } from "#shared/contracts/openapi.ts";
import { ANY_USER, type AnyRoute } from "#shared/contracts/route.ts";
import { PROBLEMS } from "#shared/errors/catalogue.ts";
import { cell, code, type FieldSchema, fieldTable, nameOf, typeOf } from "./fields.ts";
import { fenced, table, withGenerated } from "./markdown.ts";

interface Media {
  schema: FieldSchema;
  example?: unknown;
}
interface Operation {
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; schema: FieldSchema; description?: string }[];
  requestBody?: { content: Record<string, Media>; description?: string };
  responses: Record<string, { description: string; content?: Record<string, Media>; headers?: object }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, FieldSchema> };
}

/** The page `docs/api.md` with everything in it that follows from the contracts. */
export function apiPage(text: string): string {
  const document = JSON.parse(JSON.stringify(openApiDocument("http://localhost:8787"))) as Document;
  return withGenerated(text, {
    overview: overview(),
    routes: routesByTag(document),
    schemas: Object.entries(document.components.schemas)
      .map(([name, schema]) => `### ${name}\n\n${schema.oneOf ? `${typeOf(schema)}.` : fieldTable(schema)}`)
      .join("\n\n"),
    problems: table(
      ["Code", "Status", "Title"],
      Object.entries(PROBLEMS).map(([name, { status, title }]) => [code(name), String(status), title]),
    ),
  });
}

const headingOf = ({ method, path }: AnyRoute) => `${method.toUpperCase()} ${path}`;
/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, "")
    .replaceAll(" ", "-");

function whoMayCall({ meta }: AnyRoute): string {
  if (meta.access === "public") return "anybody";
  return meta.access === ANY_USER ? "anybody signed in" : meta.access.map(code).join(", ");
}

function overview(): string {
  const rows = publicRoutes.map((route) => [
    `[${code(headingOf(route))}](#${anchorOf(headingOf(route))})`,
    code(route.operationId),
    whoMayCall(route),
    cell(route.summary ?? ""),
  ]);
  return table(["Route", "Call", "Who", "What for"], rows);
}

function routesByTag({ paths }: Document): string {
  return Object.entries(TAGS)
    .map(([tag, description]) => {
      const routes = publicRoutes.filter(({ tags }) => tags?.[0] === tag);
      const sections = routes.map((route) => routeSection(route, paths[route.path]![route.method]!));
      return { routes, text: [`## ${tag}`, description, ...sections].join("\n\n") };
    })
    .filter(({ routes }) => routes.length > 0)
    .map(({ text }) => text)
    .join("\n\n");
}

function routeSection(route: AnyRoute, operation: Operation): string {
  const { problemCodes, summary } = route;
  return [
    `### ${headingOf(route)}`,
    `${summary}.${operation.description ? ` ${operation.description}` : ""}`,
    `Who may call: ${whoMayCall(route)}.`,
    ...parameters(operation),
    ...body(operation),
    answers(operation),
    `Problems: ${problemCodes.map(code).join(", ")}.`,
  ].join("\n\n");
}

function parameters({ parameters = [] }: Operation): string[] {
  if (parameters.length === 0) return [];
  const rows = parameters.map(({ name, in: place, required, schema, description }) => [
    code(name),
    place,
    cell(typeOf(schema)),
    cell(
      [
        required ? "" : "may be absent",
        schema.default === undefined ? "" : `default ${code(schema.default)}`,
        description,
      ]
        .filter(Boolean)
        .join(". "),
    ),
  ]);
  return [table(["Parameter", "In", "Type", "Meaning"], rows)];
}

function body({ requestBody }: Operation): string[] {
  const media = requestBody?.content["application/json"];
  if (!media) return [];
  const named = media.schema.$ref
    ? typeOf({ $ref: media.schema.$ref })
    : (requestBody.description ?? "an object");
  const fields = media.schema.properties ? [fieldTable(media.schema)] : [];
  return [`Body: ${named}.`, ...fields, fenced("json", JSON.stringify(media.example, null, 2))];
}

function answers({ responses }: Operation): string {
  const rows = Object.entries(responses)
    .filter(([, { content }]) => !content?.["application/problem+json"])
    .map(([status, { description, content, headers = {} }]) => [
      status,
      cell(description),
      Object.entries(content ?? {})
        .map(([type, { schema }]) => (type === "application/json" ? answerType(schema) : type))
        .join(" or "),
      Object.keys(headers)
        .filter((name) => name !== "x-request-id")
        .map(code)
        .join(", "),
    ]);
  return table(["Answer", "Meaning", "Body", "Headers"], rows);
}

/** A list's page is an object without a name: what is in it says more. */
function answerType(schema: FieldSchema): string {
  const listed = schema.properties?.data?.items?.$ref;
  if (listed) return `page of [${nameOf(listed)}](#${nameOf(listed).toLowerCase()})`;
  return schema.$ref
    ? typeOf(schema)
    : Object.keys(schema.properties ?? {})
        .map(code)
        .join(", ") || "an object";
}
