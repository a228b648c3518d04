// The benchmark: npm run bench. With --quick fewer lengths and rounds, printed and not written.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allocate } from "dice-wasm";
import { judge, type Verdict } from "./bars.ts";
import { chart } from "./chart.ts";
import { askOnce } from "./child.ts";
import { measureFirstCall } from "./first-call.ts";
import { measureLength } from "./length.ts";
import { describeMachine } from "./machine.ts";
import { printRow } from "./print.ts";
import type { Accuracy, Crossover, Results, RowRecord } from "./record.ts";
import { report } from "./report.ts";
import type { Effort } from "./timing.ts";
import { compileYardsticks } from "./yardstick.ts";

const LENGTHS = [16, 64, 128, 256, 1024, 4096, 16384, 65536, 2 ** 18, 2 ** 20, 2 ** 22, 2 ** 24, 2 ** 26];
const QUICK_LENGTHS = [64, 4096, 65536, 2 ** 20];
const LONG = 2 ** 22; // from here on a call takes milliseconds, and samples are few

const quick = process.argv.includes("--quick");

function effortAt(length: number): Effort {
  if (quick) return { rounds: 5, milliseconds: 5, samples: 3 };
  return length < LONG ? { rounds: 15, milliseconds: 8, samples: 5 } : { rounds: 7, milliseconds: 20, samples: 2 };
}

async function measureRows(): Promise<readonly RowRecord[]> {
  const folder = mkdtempSync(join(tmpdir(), "dice-wasm-bench-"));
  try {
    const yardsticks = compileYardsticks(folder);
    const rows: RowRecord[] = [];
    for (const length of quick ? QUICK_LENGTHS : LENGTHS) {
      const measured = await measureLength(length, effortAt(length), yardsticks);
      for (const row of measured) printRow(row);
      rows.push(...measured);
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureAll(): Promise<Results> {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  const rows = await measureRows();
  console.log("Relative errors of the sums Σp·t, Σp, Σt:");
  return {
    command: "npm run bench",
    date: new Date().toISOString().slice(0, 10),
    version: manifest.version,
    machine: describeMachine(),
    rows,
    accuracy: await askOnce<Accuracy>("./accuracy.ts", quick ? 2 ** 20 : 2 ** 26),
    crossover: await askOnce<Crossover>("./crossover.ts", effortAt(0)),
    firstCall: measureFirstCall(quick ? 5 : 21),
    wasmBytes: statSync(new URL("../dist/dice.wasm", import.meta.url)).size,
    workspaceBytes: allocate(2 ** 20).prediction.buffer.byteLength,
  };
}

function write(results: Results): void {
  const file = (name: string): URL => new URL(name, import.meta.url);
  writeFileSync(file("results.json"), raw(results));
  writeFileSync(file("RESULTS.md"), report(results));
  writeFileSync(file("chart.svg"), chart(results.rows));
}

/** Six digits are more than any timing has; lists of numbers stay on a line. */
function raw(results: Results): string {
  const short = (_: string, value: unknown): unknown =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
  const text = JSON.stringify(results, short, 1);
  return `${text.replace(/\[[\s\d.,e+-]+\]/g, (list) => list.replace(/\s+/g, " "))}\n`;
}

function printVerdict({ bar, asked, measured, met }: Verdict): void {
  const mark = met === undefined ? "-" : met ? "met" : "NOT MET";
  console.log(`${mark.padEnd(8)} ${bar.padEnd(64)} ${asked.padEnd(10)} ${measured}`);
}

const results = await measureAll();
if (!quick) write(results);
for (const verdict of judge(results)) printVerdict(verdict);
