// Markdown tables.

/** Aligned as the formatter wants: the first column to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column].length)));
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  const pad = (cell: string, column: number): string => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]));
  return [head, rule, ...rows].map((row) => `| ${row.map(pad).join(" | ")} |`).join("\n");
}
