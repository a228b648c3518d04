// How bytes are counted and shown: on the terminal, and in Markdown.
import { execFileSync } from "node:child_process";

/** Bytes after gzip -9: that of the system, for Node's differs from version to version. */
export function gzip(bytes) {
  return execFileSync("gzip", ["-9c"], { input: bytes }).length;
}

/** Prints rows of text in aligned columns, the first to the left and the others to the right. */
export function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
  for (const row of rows) console.log(line(row));
}

/** The same in Markdown. */
export function markdown([head, ...rows]) {
  const rule = head.map((_, i) => (i === 0 ? "---" : "--:"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
