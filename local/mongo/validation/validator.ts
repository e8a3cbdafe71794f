import { MongoFailure } from "../errors.ts";
import { compileFilter } from "../matching/filter.ts";
import { type Doc, isPlain, viewOf } from "../wire/values.ts";
import { schemaPredicate } from "./json-schema.ts";

/**
 * The rule that a collection's `validator` option makes: https://www.mongodb.com/docs/manual/core/schema-validation/
 * The returned function throws DocumentValidationFailure. Level "moderate" is treated as "strict".
 */
export function documentValidator(options: Doc): (exact: Doc, view: Doc) => void {
  const { validator, validationLevel, validationAction } = options;
  if (validator === undefined) return () => {};
  if (!isPlain(validator)) throw new MongoFailure(14, "validator must be an object");
  const { $jsonSchema, ...conditions } = validator;
  const schema = $jsonSchema === undefined ? null : schemaPredicate($jsonSchema);
  const filter = compileFilter(viewOf(conditions));
  if (validationLevel === "off" || validationAction === "warn") return () => {};
  return (exact, view) => {
    if ((schema && !schema(exact)) || !filter(view)) {
      throw new MongoFailure(121, "Document failed validation", { errInfo: { failingDocumentId: view._id } });
    }
  };
}
