// The rows that everything narrows to: for each region (sample × class) the sums that every index is made of, added exactly.
import { wrongValue } from "./check.ts";
import type { Sizes } from "./formulas.ts";

/** How the intersection of a position is taken. */
export type Intersection = "product" | "minimum";

const WIDTH = 6; // sums of a row: I, P, T, squared P and T, positions
const MOST = 2 ** 24; // rows
const FEW = 64; // numbers
const MANY = 2 ** 10;

/** Checks how many rows the argument of that name wants. */
export function checkRows(name: string, samples: number, classes: number): void {
  if (samples * classes > MOST) wrongValue(name, `at most ${MOST} regions (samples × classes)`, samples * classes);
}

/** Numbers that are added to: a plain array where they are few, for V8 sums small data in less time than it makes a typed one. */
export type Totals = number[] | Float64Array;

let some: readonly number[] | undefined;

/** Zeros: a few by a loop, more as a copy, which then takes less; long plain arrays would take V8 seconds. */
export function zeros(length: number): Totals {
  if (length > MANY) return new Float64Array(length);
  if (length > FEW) {
    some ??= new Array<number>(MANY).fill(0);
    return some.slice(0, length);
  }
  const totals = new Array<number>(length);
  for (let i = 0; i < length; i++) totals[i] = 0;
  return totals;
}

/** The sums of regions; what users see of them is an Overlap. */
export class Rows {
  /** Rows are samples × classes. */
  readonly samples: number;
  readonly classes: number;
  /** How the intersections were taken: "product", "minimum", or null while nothing was added. */
  readonly kind: Intersection | null = null;
  /** Row by row. */
  protected readonly sums: Totals;
  /** What rounding left out of them; none before it left out anything. */
  protected residues: Totals | undefined;

  constructor(samples: number, classes: number) {
    this.samples = samples;
    this.classes = classes;
    this.sums = zeros(samples * classes * WIDTH);
  }

  /** @internal Settles how intersections are taken, once for all. */
  take(kind: Intersection): void {
    if (this.kind !== null && this.kind !== kind)
      wrongValue("intersection", `"${this.kind}" (as the overlap was taken)`, `"${kind}"`);
    (this as { kind: Intersection }).kind = kind;
  }

  /** @internal Adds to the sums of one region; one of no positions yet takes them as they are. */
  count(row: number, I: number, P: number, T: number, squaredP: number, squaredT: number, positions: number): void {
    const { sums } = this;
    const at = row * WIDTH;
    if (sums[at + 5] !== 0) {
      const added = [I, P, T, squaredP, squaredT, positions];
      for (let k = 0; k < WIDTH; k++) this.addExactly(at + k, added[k]);
      return;
    }
    sums[at] = I;
    sums[at + 1] = P;
    sums[at + 2] = T;
    sums[at + 3] = squaredP;
    sums[at + 4] = squaredT;
    sums[at + 5] = positions;
  }

  /** @internal What a ratio of one region is taken of. */
  sizes(row: number, squares: boolean): Sizes {
    const at = row * WIDTH;
    return { I: this.sums[at], P: this.sums[at + (squares ? 3 : 1)], T: this.sums[at + (squares ? 4 : 2)] };
  }

  /** @internal The number of positions of one region. */
  positionsOf(row: number): number {
    return this.sums[row * WIDTH + 5];
  }

  /** @internal The sums of all samples together. */
  pooled(): Rows {
    const pool = new Rows(1, this.classes);
    pool.merge(this);
    return pool;
  }

  /** @internal Adds all sums of rows of as many classes: to those of its own samples, or of the one there is. */
  merge({ kind, sums, residues }: Rows): void {
    if (kind !== null) this.take(kind);
    const { length } = this.sums;
    for (let i = 0; i < sums.length; i++) {
      this.addExactly(i % length, sums[i]);
      if (residues) this.addExactly(i % length, residues[i]);
    }
  }

  /** sums[i] + residues[i] += value, by two exact additions of float64 (Knuth, then Dekker). */
  private addExactly(i: number, value: number): void {
    const sum = this.sums[i];
    const before = this.residues === undefined ? 0 : this.residues[i];
    const total = sum + value;
    const part = total - sum;
    const residue = before + (sum - (total - part)) + (value - part);
    const rounded = total + residue;
    const rest = residue - (rounded - total);
    const finite = rest === rest; // beyond float64, and after NaN, there is no residue
    this.sums[i] = finite ? rounded : total;
    if (finite ? rest !== before : before !== 0) this.leaveOut(i, finite ? rest : 0);
  }

  protected leaveOut(i: number, residue: number): void {
    this.residues ??= zeros(this.sums.length);
    this.residues[i] = residue;
  }
}
