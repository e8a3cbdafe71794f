/** A table, its columns padded as the formatter pads them. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((cell, column) =>
    Math.max(...[cell, ...rows.map((row) => row[column]!)].map(length)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell + " ".repeat(widths[column]! - length(cell))).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

const length = (text: string) => [...text].length;

/** A fenced block of a language. */
export function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/**
 * Replaces what stands between `<!-- generated: name -->` and the next `<!-- end -->` by each block of that name.
 * @throws Error for a block that has no place in the text, and for a place that has no block
 */
export function withGenerated(text: string, blocks: Record<string, string>): string {
  const placed = new Set<string>();
  const filled = text.replace(
    /(<!-- generated: ([a-z-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_all, begin: string, name: string, end: string) => {
      const block = blocks[name];
      if (block === undefined) throw new Error(`nothing is generated for "${name}"`);
      placed.add(name);
      return `${begin}\n${block}\n\n${end}`;
    },
  );
  const homeless = Object.keys(blocks).filter((name) => !placed.has(name));
  if (homeless.length > 0) throw new Error(`no place for: ${homeless.join(", ")}`);
  return filled;
}
