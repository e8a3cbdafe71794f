/** Whether a type is one of these: types, or their beginnings with a star. */
export const oneOf =
  (patterns: readonly string[]) =>
  (type: string): boolean =>
    patterns.some((one) => (one.endsWith("*") ? type.startsWith(one.slice(0, -1)) : type === one));
