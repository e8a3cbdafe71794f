/** A text may hold anything; on a terminal its control characters would be obeyed. */
export const printable = (text: string): string => text.replace(/[^\P{Cc}\n\t]/gu, "\u{FFFD}");

/** Rows as lines of aligned columns, two spaces apart; the last column is not padded. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (found, row) => row.map((cell, n) => Math.max(found[n] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, n) => cell.padEnd(widths[n]!))
      .join("  ")
      .trimEnd(),
  );
}
