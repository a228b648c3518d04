// The rows that everything comes down to: for each region (sample × class) the sums behind every index, added exactly.
import { wrongValue } from "./check.ts";
import type { Sizes } from "./formulas.ts";

/** How the intersection of a position is computed: p·t or min(p, t). */
export type Intersection = "product" | "minimum";

export const WIDTH = 6; // sums of a row: I, P, T, squared P and T, positions
const MOST_ROWS = 2 ** 24;
// zeros made by a loop, and as a copy
const LOOPED = 64;
const COPIED = 2 ** 10;

/** Checks the number of rows that the argument `name` asks for; without samples, those of their pool. */
export function checkRows(name: string, samples: number, classes: number): void {
  const rows = Math.max(1, samples) * classes;
  if (rows > MOST_ROWS) wrongValue(name, `at most ${MOST_ROWS} regions (samples × classes)`, rows);
}

/** Running totals. A plain array if they are few: V8 sums small data faster than it makes a typed array. */
export type Totals = number[] | Float64Array;

let some: readonly number[] | undefined;

/**
 * Zeros: few by a loop; more as a copy, which is then faster; many in a typed array, as long plain arrays would take V8
 * seconds.
 */
export function zeros(length: number): Totals {
  if (length > COPIED) return new Float64Array(length);
  if (length > LOOPED) {
    some ??= new Array<number>(COPIED).fill(0);
    return some.slice(0, length);
  }
  const totals = new Array<number>(length);
  for (let i = 0; i < length; i++) totals[i] = 0;
  return totals;
}

/** The sums of regions, which users see as an Overlap. */
export class Rows {
  /** The number of rows is samples × classes. */
  readonly samples: number;
  readonly classes: number;
  /** How the intersections were computed: "product", "minimum", or null while none were. */
  readonly kind: Intersection | null = null;
  /** @internal Row by row. */
  protected readonly sums: Totals;
  /** @internal The rounding errors of the sums; undefined while there are none. */
  protected residues: Totals | undefined;

  constructor(samples: number, classes: number) {
    this.samples = samples;
    this.classes = classes;
    this.sums = zeros(samples * classes * WIDTH);
  }

  /** @internal Fixes how intersections are computed. */
  setKind(kind: Intersection): void {
    this.checkKind(kind);
    (this as { kind: Intersection }).kind = kind;
  }

  /** @internal Throws if intersections were computed in another way. */
  checkKind(kind: Intersection): void {
    if (this.kind !== null && this.kind !== kind) wrongValue("intersection", `"${this.kind}" (as the overlap was taken)`, kind);
  }

  /** @internal Adds to the sums of one region; one without positions takes them as they are. */
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

  /** @internal The sizes of one region, of values or of squares. */
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
    return new Rows(1, this.classes).merge(this);
  }

  /** @internal Adds all rows of others with the same classes, sample by sample, or all samples to the only one. */
  merge({ kind, sums, residues }: Rows): this {
    if (kind !== null) this.setKind(kind);
    const { length } = this.sums;
    for (let i = 0; i < sums.length; i++) {
      this.addExactly(i % length, sums[i]);
      if (residues) this.addExactly(i % length, residues[i]);
    }
    return this;
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
    const finite = rest === rest; // after overflow or NaN there is no residue
    this.sums[i] = finite ? rounded : total;
    const left = finite ? rest : 0;
    if (left !== before) this.setResidue(i, left);
  }

  /** @internal */
  protected setResidue(i: number, residue: number): void {
    this.residues ??= zeros(this.sums.length);
    this.residues[i] = residue;
  }
}

/** The sums of a call: those of its regions and, with a pointwise loss, those of its costs. */
export interface Sums {
  readonly overlap: Rows;
  readonly costs?: Rows | undefined;
  /** Whether the target was of integers. */
  readonly labels?: boolean;
}
