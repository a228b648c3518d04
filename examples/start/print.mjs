// How the parts of start.mjs print: headings, aligned tables, and checks that are counted.
const failed = [];
let passed = 0;

export function heading(text) {
  console.log(`\n${text}\n${"─".repeat(text.length)}`);
}

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    const cells = row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])));
    console.log(`  ${cells.join("   ")}`);
  }
}

/** Prints whether a claim holds, and remembers it for the verdict. */
export function check(claim, holds) {
  console.log(`  ${holds ? "✓" : "✗"} ${claim}`);
  if (holds) passed++;
  else failed.push(claim);
}

/** Prints the verdict; a failed check sets the exit code to 1. */
export function verdict() {
  console.log(failed.length === 0 ? `\nall ${passed} checks hold` : `\nfailed:\n  ${failed.join("\n  ")}`);
  if (failed.length > 0) process.exitCode = 1;
}
