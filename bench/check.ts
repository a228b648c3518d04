// Whether the package has become slower: the ratios of a short run to the best plain JS, compared with those recorded on
// such a machine. Never times.
import { isOurs, keyOf, readMachines } from "./machines.ts";
import { percent } from "./print.ts";
import type { RowRecord } from "./record.ts";

/**
 * The share of a recorded ratio that still counts as the same. From run to run ratios move by up to a third here, with
 * what the machine's other guests do: a check cannot see smaller changes, and says nothing about them.
 */
export const TOLERANCE = 0.6;

export interface Compared {
  readonly row: RowRecord;
  readonly recorded: number;
  readonly kept: boolean;
}

/** A row whose rounds differ by more is unsteady; a run with a larger share of such rows proves nothing. */
const STEADY = 1.3;
const MOST_UNSTEADY = 0.15;

/** Why there is nothing to compare a run with, if so. */
export function recordsMissing(cpu: string): string | undefined {
  const machines = readMachines();
  return machines[cpu] ? undefined : `there is no record of ${cpu}, but of ${Object.keys(machines).join(" and ")}`;
}

/** Why a run cannot fairly be compared with the record, if so. */
export function unsteadiness(rows: readonly RowRecord[]): string | undefined {
  const unsteady = rows.filter(({ rounds }) => Math.max(...rounds) > STEADY * Math.min(...rounds));
  const share = unsteady.length / rows.length;
  if (share <= MOST_UNSTEADY) return undefined;
  return `the rounds of ${percent(share)} of the rows differ by more than ${percent(STEADY - 1)}, of at most ${percent(MOST_UNSTEADY)}`;
}

/** The rows of this package with their records. */
export function compare(cpu: string, rows: readonly RowRecord[]): readonly Compared[] {
  const ratios = readMachines()[cpu]?.ratios ?? {};
  return rows.filter(isOurs).flatMap((row) => {
    const recorded = ratios[keyOf(row)];
    return recorded === undefined ? [] : [{ row, recorded, kept: row.ratio >= TOLERANCE * recorded }];
  });
}

/** The rows of this package that were never recorded on such a machine. */
export function unrecorded(cpu: string, rows: readonly RowRecord[]): readonly RowRecord[] {
  const ratios = readMachines()[cpu]?.ratios ?? {};
  return rows.filter((row) => isOurs(row) && !(keyOf(row) in ratios));
}
