import { type Doc, isPlain } from "../wire/values.ts";
import { schemaPredicate } from "./json-schema.ts";

/** Keywords that mean something only beside another one. */
const BESIDE: Record<string, string[]> = {
  minimum: ["exclusiveMinimum"],
  maximum: ["exclusiveMaximum"],
  additionalProperties: ["properties", "patternProperties"],
  additionalItems: ["items"],
};

/**
 * The rules of a schema that a value breaks, in the form of the server's `errInfo`.
 * @see https://www.mongodb.com/docs/manual/core/schema-validation/handle-invalid-documents/
 */
export function brokenRules(schema: Doc, value: unknown): Doc[] {
  return Object.entries(schema).flatMap(([operatorName, operand]): Doc[] => {
    const beside = (BESIDE[operatorName] ?? []).filter((name) => name in schema);
    const alone = {
      [operatorName]: operand,
      ...Object.fromEntries(beside.map((name) => [name, schema[name]])),
    };
    if (schemaPredicate(alone)(value)) return [];
    if (operatorName === "properties" && isPlain(operand) && isPlain(value)) {
      return [{ operatorName, propertiesNotSatisfied: brokenProperties(operand, value) }];
    }
    if (operatorName === "required" && Array.isArray(operand) && isPlain(value)) {
      const missingProperties = operand.filter((name) => !Object.hasOwn(value, String(name)));
      return [{ operatorName, specifiedAs: { required: operand }, missingProperties }];
    }
    return [{ operatorName, specifiedAs: { [operatorName]: operand }, consideredValue: value }];
  });
}

function brokenProperties(properties: Doc, value: Doc): Doc[] {
  return Object.entries(properties).flatMap(([propertyName, schema]): Doc[] => {
    if (!Object.hasOwn(value, propertyName)) return [];
    const details = brokenRules(schema as Doc, value[propertyName]);
    return details.length > 0 ? [{ propertyName, details }] : [];
  });
}
