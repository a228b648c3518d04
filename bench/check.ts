// Whether the package has become slower: ratios to the best plain JS of a short run beside the recorded ones. Never times.
import { readFileSync } from "node:fs";
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
export const RECORDED_CPU: string = RECORD.machine.cpu;

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
