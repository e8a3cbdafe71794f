import { MongoFailure } from "../errors.ts";
import { compileFilter } from "../matching/filter.ts";
import { type Doc, isPlain, viewOf } from "../wire/values.ts";
import { brokenRules } from "./explain.ts";
import { schemaPredicate } from "./json-schema.ts";

const LEVELS = ["off", "strict", "moderate"];
const ACTIONS = ["error", "warn"];

/** A document that is to be stored, and what it takes the place of. */
export interface Checked {
  exact: Doc;
  view: Doc;
  /** The stored document that an update changes; null for a new one. */
  before: { exact(): Doc; view: Doc } | null;
}

/**
 * The rule that a collection's `validator` option makes: https://www.mongodb.com/docs/manual/core/schema-validation/
 * The returned function throws DocumentValidationFailure. At the level "moderate" a document that does not pass already
 * may be changed. Throws where the options are not usable.
 */
export function documentValidator(options: Doc): (document: Checked) => void {
  const { validator, validationLevel = "strict", validationAction = "error" } = options;
  assertOneOf("validationLevel", validationLevel, LEVELS);
  assertOneOf("validationAction", validationAction, ACTIONS);
  if (validator === undefined) return () => {};
  if (!isPlain(validator)) throw new MongoFailure(14, "validator must be an object");
  const { $jsonSchema, ...conditions } = validator;
  const schema = $jsonSchema === undefined ? null : schemaPredicate($jsonSchema);
  const filter = compileFilter(viewOf(conditions));
  const passes = (exact: Doc, view: Doc) => (!schema || schema(exact)) && filter(view);
  if (validationLevel === "off" || validationAction === "warn") return () => {};
  return ({ exact, view, before }) => {
    if (passes(exact, view)) return;
    if (validationLevel === "moderate" && before && !passes(before.exact(), before.view)) return;
    const isOfSchema = schema !== null && !schema(exact);
    const details = isOfSchema
      ? { operatorName: "$jsonSchema", schemaRulesNotSatisfied: brokenRules($jsonSchema as Doc, exact) }
      : { specifiedAs: conditions };
    const errInfo = { failingDocumentId: exact._id, details };
    throw new MongoFailure(121, "Document failed validation", { errInfo });
  };
}

function assertOneOf(name: string, value: unknown, values: string[]): void {
  if (values.includes(String(value))) return;
  throw new MongoFailure(2, `Enumeration value '${String(value)}' for field '${name}' is not a valid value.`);
}
