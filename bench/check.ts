// Whether the package has become slower: ratios to the best plain JS of a short run beside the recorded ones. Never times.
import { readFileSync } from "node:fs";
import { percent } from "./print.ts";
import type { Results, RowRecord } from "./record.ts";

/**
 * The share of a recorded ratio that is still taken for the same. Ratios of one run to the next move by up to a third here,
 * with what the machine's other guests do: a check cannot see less, and says nothing of it.
 */
export const TOLERANCE = 0.6;

/** Lengths in the caches: in memory the ratios hang on the moment. */
export const LENGTHS = [16384, 2 ** 18];

export interface Compared {
  readonly row: RowRecord;
  readonly recorded: number;
  readonly kept: boolean;
}

const RECORD = JSON.parse(readFileSync(new URL("results.json", import.meta.url), "utf8")) as Results;

/** What the record was measured on. */
const RECORDED_CPU: string = RECORD.machine.cpu;

/** Rounds of a row that differ by more are not steady; and of so many such rows in a run nothing can be said. */
const STEADY = 1.3;
const MOST_UNSTEADY = 0.15;

/** Why a run cannot be held against the record honestly, if so. */
export function unsteadiness(cpu: string, rows: readonly RowRecord[]): string | undefined {
  if (cpu !== RECORDED_CPU) return `the record is of another machine, ${RECORDED_CPU}, and this is ${cpu}`;
  const unsteady = rows.filter(({ rounds }) => Math.max(...rounds) > STEADY * Math.min(...rounds));
  const share = unsteady.length / rows.length;
  if (share <= MOST_UNSTEADY) return undefined;
  return `the rounds of ${percent(share)} of the rows differ by more than ${percent(STEADY - 1)}, of at most ${percent(MOST_UNSTEADY)}`;
}

/** Rows of this package beside their records; a row that was never recorded has none. */
export function compare(rows: readonly RowRecord[]): readonly Compared[] {
  const keyOf = ({ job, maker, length, name }: RowRecord): string => [job, maker, length, name].join(" ");
  const ratios = new Map(RECORD.rows.map((row) => [keyOf(row), row.ratio]));
  return rows
    .filter(({ maker }) => maker === "copied" || maker === "zero-copy")
    .flatMap((row) => {
      const recorded = ratios.get(keyOf(row));
      return recorded === undefined ? [] : [{ row, recorded, kept: row.ratio >= TOLERANCE * recorded }];
    });
}
