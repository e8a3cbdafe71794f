import type { MongoServerError } from "mongodb";

/** DocumentValidationFailure: https://www.mongodb.com/docs/manual/core/schema-validation/handle-invalid-documents/ */
export const VALIDATION_FAILURE = 121;

/** Rules that are named; a document that breaks more is broken all the same. */
const MAX_NAMED = 10;

interface Rule {
  operatorName?: string;
  missingProperties?: string[];
  propertiesNotSatisfied?: { propertyName: string; details?: Rule[] }[];
}

/**
 * What a document broke, such as "amount: maximum, required: userId". By the names of fields and rules alone: the server
 * tells values too, which may be anybody's address, and this goes to logs and dead letters.
 */
export function brokenRules(error: MongoServerError): string {
  const rules: Rule[] = error.errInfo?.details?.schemaRulesNotSatisfied ?? [];
  return namesOf(rules, "").slice(0, MAX_NAMED).join(", ");
}

function namesOf(rules: Rule[], path: string): string[] {
  return rules.flatMap(({ operatorName, missingProperties, propertiesNotSatisfied }) => {
    if (propertiesNotSatisfied) {
      return propertiesNotSatisfied.flatMap(({ propertyName, details = [] }) =>
        namesOf(details, path ? `${path}.${propertyName}` : propertyName),
      );
    }
    const what = [operatorName, ...(missingProperties ?? [])].join(" ");
    return [path ? `${path}: ${what}` : what];
  });
}
