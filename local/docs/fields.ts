import { table } from "./markdown.ts";

/** A JSON schema, as far as a page shows it. */
export interface FieldSchema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  format?: string;
  const?: unknown;
  default?: unknown;
  enum?: unknown[];
  items?: FieldSchema;
  properties?: Record<string, FieldSchema>;
  required?: string[];
  allOf?: FieldSchema[];
  anyOf?: FieldSchema[];
  oneOf?: FieldSchema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

export const code = (text: unknown) => `\`${text}\``;

/** What a schema refers to, by its name. */
export const nameOf = ($ref: string) => $ref.split("/").at(-1)!;

const link = (name: string) => `[${name}](#${name.toLowerCase()})`;

/** A type in a few words: a link where it has a name, its choices, its bounds. */
export function typeOf(schema: FieldSchema): string {
  if (schema.$ref) return link(nameOf(schema.$ref));
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum)
    return schema.enum
      .filter((value) => value !== null)
      .map(code)
      .join(", ");
  const parts = schema.anyOf ?? schema.oneOf;
  if (parts) return parts.map(typeOf).join(" or ");
  if (schema.allOf) return schema.allOf.map(typeOf).join(" and ");
  if (schema.items) return `list of ${typeOf(schema.items)}${bounds(schema.minItems, schema.maxItems)}`;
  const type = [schema.type ?? "anything"].flat().join(" or ");
  if (schema.format === "date-time") return type.replace("string", "time");
  const length = bounds(schema.minLength, schema.maxLength);
  return type + (length ? `${length} long` : bounds(schema.minimum, schema.maximum));
}

function bounds(from: number | undefined, to: number | undefined): string {
  const isWhole = (bound: number | undefined) =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  if (isWhole(from) && isWhole(to)) return `, ${from} to ${to}`;
  if (isWhole(to)) return `, up to ${to}`;
  return isWhole(from) ? `, ${from} or more` : "";
}

/** A table of an object's fields; those of an object or a list without a name stand below it, by `.` and `[]`. */
export function fieldTable(schema: FieldSchema): string {
  const rows = rowsOf(schema, "");
  return rows.length === 0 ? "Any JSON object." : table(["Field", "Type", "Meaning"], rows);
}

function rowsOf(schema: FieldSchema, prefix: string): string[][] {
  if (schema.allOf) return schema.allOf.flatMap((part) => rowsOf(part, prefix));
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = prefix + name;
    const inner = field.items ?? field;
    const below = inner.properties ? rowsOf(inner, `${path}${field.items ? "[]" : ""}.`) : [];
    const notes = [
      schema.required?.includes(name) ? "" : "may be absent",
      field.default === undefined ? "" : `default ${code(field.default)}`,
      field.description ?? "",
    ];
    return [[code(path), cell(typeOf(field)), cell(notes.filter(Boolean).join(". "))], ...below];
  });
}

/** A text that a cell of a table can hold. */
export const cell = (text: string) => text.replaceAll("\n", " ").replaceAll("|", "\\|");
