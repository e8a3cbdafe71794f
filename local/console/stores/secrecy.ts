/** Fields whose values are nobody's to read, in a store of ours: hashes of passwords, tokens, client secrets. */
const SECRET = /password|secret|token/i;

export const HIDDEN = "(hidden)";

export const isSecret = (field: string): boolean => SECRET.test(field);

/** A copy of a JSON value with secret fields hidden, however deep. An absent secret stays visible as absent. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecret(name) && member !== null ? HIDDEN : withoutSecrets(member),
    ]),
  );
}
