/**
 * FNV-1a over a text's code units, with its bits mixed once more, since names of one hall differ in their last digits:
 * 0 to 2^31 - 1. It is stored in snapshots, so it never changes.
 */
export function textHash(text: string): number {
  let value = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) value = Math.imul(value ^ text.charCodeAt(n), 0x01000193);
  value ^= value >>> 15;
  return Math.imul(value, 0x2c1b3c6d) >>> 1;
}
