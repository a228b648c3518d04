// The last whole run on each kind of machine: how it met the bars, and the ratios that a short run is compared with.
import { readFileSync, writeFileSync } from "node:fs";
import type { Verdict } from "./bars.ts";
import type { Machine, Results, RowRecord } from "./record.ts";
import { allOf } from "./verdicts.ts";

/** Lengths that fit the caches: from memory the ratios depend on the moment. */
export const CHECKED_LENGTHS = [16384, 2 ** 18];

interface MachineRecord {
  readonly date: string;
  readonly version: string;
  readonly machine: Machine;
  readonly verdicts: readonly Verdict[];
  /** The rows of this package, by `keyOf`: ratios to the best plain JS. */
  readonly ratios: { readonly [key: string]: number };
}

/** Records by the name of the processor. */
export type Machines = { readonly [cpu: string]: MachineRecord };

const FILE = new URL("machines.json", import.meta.url);

export const readMachines = (): Machines => JSON.parse(readFileSync(FILE, "utf8")) as Machines;

export const isOurs = ({ maker }: RowRecord): boolean => maker === "copied" || maker === "zero-copy";

export const keyOf = ({ job, maker, length }: RowRecord): string => `${job}, ${maker}, ${length} elements`;

/** The records, in which a run replaces the last of its machine. */
export function withRun(machines: Machines, results: Results): Machines {
  const { date, version, machine, rows } = results;
  const checked = rows.filter((row) => isOurs(row) && CHECKED_LENGTHS.includes(row.length));
  const ratios = Object.fromEntries(checked.map((row) => [keyOf(row), Number(row.ratio.toPrecision(4))]));
  return { ...machines, [machine.cpu]: { date, version, machine, verdicts: allOf(results), ratios } };
}

export function writeMachines(machines: Machines): void {
  writeFileSync(FILE, `${JSON.stringify(machines, null, 2)}\n`);
}
