// The record that everything narrows to: for each region (sample × class) the sums that every index is made of.
import { checkCount, checkOptions, wrongKind, wrongValue } from "./check.ts";
import type { Sizes } from "./formulas.ts";

/** How the intersection of a position is taken. */
export type Intersection = "product" | "minimum";

/** The sums of a region, in the order in which an Overlap and its JSON hold them. */
export const SUMS = ["intersection", "prediction", "target", "predictionSquared", "targetSquared", "positions"] as const;
export type Sum = (typeof SUMS)[number];

/** The JSON form of an Overlap. Every list has one number a region, samples first: `sample * classes + class`. */
export interface OverlapJSON {
  readonly format: "dice-wasm/overlap";
  readonly version: 1;
  readonly samples: number;
  readonly classes: number;
  /** How intersections were taken; null while nothing was added. */
  readonly kind: Intersection | null;
  /** The sums, each rounded to float64. */
  readonly sums: { readonly [sum in Sum]: readonly number[] };
  /** What that rounding left out. The sum of both is exact, which is why shards may be added in any order. */
  readonly residues: { readonly [sum in Sum]: readonly number[] };
}

const FORMAT = "dice-wasm/overlap";
const VERSION = 1;

/**
 * The sums of a prediction and a target, region by region: Σp·t (or Σmin(p, t)), Σp, Σt, Σp², Σt² and the number of
 * positions. Every index and loss of this package is a formula over them, and two overlaps add up, so data may be
 * scored in pieces, on other threads or machines, and merged: Σ over the pieces = Σ over the whole.
 *
 * Each sum is held as an unevaluated pair of float64, so adding is exact and therefore associative and commutative:
 * pieces cut at multiples of 16,384 positions merge to the very bits of one call over the whole, in any order.
 * Pieces cut elsewhere round a few float32 additions differently: see the bound in the README.
 *
 * @example
 * const total = new Overlap();
 * for (const { prediction, target } of pieces) total.add(overlap(prediction, target));
 * diceCoefficient(total); // the coefficient of all pieces together, not the mean of theirs
 */
export class Overlap {
  /** Rows are samples × classes. */
  readonly samples: number;
  readonly classes: number;
  private taken: Intersection | null = null;
  /** Plain arrays: typed ones of more than 64 bytes take V8 longer to make than small data to sum. */
  private readonly sums: number[];
  /** What rounding left out of them; none before it left out anything. */
  private residues: number[] | undefined;

  /**
   * An overlap of nothing yet.
   * @param options `samples` and `classes`, both 1 by default
   * @throws {TypeError | RangeError} when one is not a whole number, classes of 1 or more, samples of 0 or more
   */
  constructor(options: { samples?: number; classes?: number } = {}) {
    checkOptions(options, ["samples", "classes"], "Overlap");
    this.samples = checkCount("samples", options.samples ?? 1, 0);
    this.classes = checkCount("classes", options.classes ?? 1, 1);
    this.sums = new Array<number>(this.samples * this.classes * SUMS.length).fill(0);
  }

  /** How the intersections were taken: "product", "minimum", or null while nothing was added. */
  get kind(): Intersection | null {
    return this.taken;
  }

  /** Σp·t, or Σmin(p, t), of each region. */
  get intersection(): Float64Array {
    return this.column("intersection");
  }

  /** Σp of each region. */
  get prediction(): Float64Array {
    return this.column("prediction");
  }

  /** Σt of each region. */
  get target(): Float64Array {
    return this.column("target");
  }

  /** Σp² of each region. */
  get predictionSquared(): Float64Array {
    return this.column("predictionSquared");
  }

  /** Σt² of each region. */
  get targetSquared(): Float64Array {
    return this.column("targetSquared");
  }

  /** The number of positions of each region. */
  get positions(): Float64Array {
    return this.column("positions");
  }

  /**
   * Adds another overlap to this one, region by region, exactly.
   * @returns this overlap
   * @throws {TypeError} when `other` is not an Overlap
   * @throws {RangeError} when it has other samples or classes, or its intersections were taken in another way
   */
  add(other: Overlap): this {
    if (!(other instanceof Overlap)) wrongKind("other", "an Overlap", other);
    if (other.samples !== this.samples || other.classes !== this.classes) {
      wrongValue("other", `${this.samples} samples × ${this.classes} classes`, `${other.samples} × ${other.classes}`);
    }
    if (other.taken !== null) this.take(other.taken);
    this.includeAll(other);
    return this;
  }

  /**
   * The overlap as plain data, for JSON.stringify, postMessage or a database.
   * @throws {RangeError} when a sum is not a finite number of 0 or more, as after NaN in the data: JSON cannot hold it
   */
  toJSON(): OverlapJSON {
    const { samples, classes, taken } = this;
    const sums = {} as Record<Sum, number[]>;
    const residues = {} as Record<Sum, number[]>;
    for (const [k, sum] of SUMS.entries()) {
      sums[sum] = Array.from(column(this.sums, k));
      residues[sum] = Array.from(this.residues ? column(this.residues, k) : new Float64Array(sums[sum].length));
      checkSums(`overlap.${sum}`, sums[sum]);
    }
    return { format: FORMAT, version: VERSION, samples, classes, kind: taken, sums, residues };
  }

  /**
   * The overlap that `toJSON` described.
   * @param json an object of the form of OverlapJSON (parsed, not a string)
   * @throws {TypeError | RangeError} when it is not one: another version, missing or surplus sums, negative or
   *   non-finite numbers, positions that are not whole
   */
  static fromJSON(json: OverlapJSON): Overlap {
    if (typeof json !== "object" || json === null) wrongKind("json", "an object made by toJSON", json);
    if (json.format !== FORMAT) wrongValue("json.format", `"${FORMAT}"`, json.format);
    if (json.version !== VERSION) wrongValue("json.version", `${VERSION}`, json.version);
    const overlap = new Overlap({
      samples: checkCount("json.samples", json.samples, 0),
      classes: checkCount("json.classes", json.classes, 1),
    });
    if (json.kind !== null && json.kind !== "product" && json.kind !== "minimum")
      wrongValue("json.kind", '"product", "minimum" or null', json.kind);
    overlap.taken = json.kind;
    const rows = overlap.samples * overlap.classes;
    for (const [k, sum] of SUMS.entries()) {
      const sums = checkList(`json.sums.${sum}`, json.sums?.[sum], rows);
      const residues = checkList(`json.residues.${sum}`, json.residues?.[sum], rows);
      checkSums(`json.sums.${sum}`, sums);
      for (let row = 0; row < rows; row++) {
        const i = row * SUMS.length + k;
        if (sums[row] + residues[row] !== sums[row])
          wrongValue(`json.residues.${sum}[${row}]`, `what rounding left out of ${sums[row]}`, residues[row]);
        if (sum === "positions" && !(Number.isInteger(sums[row]) && Number.isInteger(residues[row]))) {
          wrongValue(`json.sums.positions[${row}]`, "a whole number", sums[row]);
        }
        overlap.sums[i] = sums[row];
        if (residues[row] !== 0) overlap.leaveOut(i, residues[row]);
      }
    }
    return overlap;
  }

  /**
   * The overlap of all samples together, as batch Dice takes it: one sample of as many classes.
   */
  pool(): Overlap {
    const pool = new Overlap({ classes: this.classes });
    pool.taken = this.taken;
    pool.includeAll(this);
    return pool;
  }

  /** @internal Settles how intersections are taken, once for all. */
  take(kind: Intersection): void {
    if (this.taken !== null && this.taken !== kind)
      wrongValue("intersection", `"${this.taken}" (as the overlap was taken)`, `"${kind}"`);
    this.taken = kind;
  }

  /** @internal Adds to the sums of one region. */
  count(row: number, I: number, P: number, T: number, squaredP: number, squaredT: number, positions: number): void {
    const at = row * SUMS.length;
    this.include(at, I);
    this.include(at + 1, P);
    this.include(at + 2, T);
    this.include(at + 3, squaredP);
    this.include(at + 4, squaredT);
    this.include(at + 5, positions);
  }

  /** @internal What a ratio of one region is taken of. */
  sizes(row: number, squares: boolean): Sizes {
    const at = row * SUMS.length;
    return { I: this.sums[at], P: this.sums[at + (squares ? 3 : 1)], T: this.sums[at + (squares ? 4 : 2)] };
  }

  /** @internal The number of positions of one region. */
  positionsOf(row: number): number {
    return this.sums[row * SUMS.length + 5];
  }

  /** Adds all sums of an overlap of as many classes: to those of its own samples, or of the one there is. */
  private includeAll({ sums, residues }: Overlap): void {
    const { length } = this.sums;
    for (let i = 0; i < sums.length; i++) {
      this.include(i % length, sums[i]);
      if (residues) this.include(i % length, residues[i]);
    }
  }

  private include(i: number, value: number): void {
    if (this.sums[i] === 0 && this.residues === undefined) this.sums[i] += value;
    else this.addExactly(i, value);
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

  private leaveOut(i: number, residue: number): void {
    this.residues ??= new Array<number>(this.sums.length).fill(0);
    this.residues[i] = residue;
  }

  private column(sum: Sum): Float64Array {
    return column(this.sums, SUMS.indexOf(sum));
  }
}

function column(rows: readonly number[], k: number): Float64Array {
  const values = new Float64Array(rows.length / SUMS.length);
  for (let row = 0; row < values.length; row++) values[row] = rows[row * SUMS.length + k];
  return values;
}

function checkList(name: string, list: unknown, length: number): readonly number[] {
  if (!Array.isArray(list)) wrongKind(name, `${length} numbers`, list);
  if (list.length !== length) wrongValue(name, `${length} numbers`, `${list.length}`);
  for (const [i, value] of list.entries()) if (typeof value !== "number") wrongKind(`${name}[${i}]`, "a number", value);
  return list;
}

function checkSums(name: string, list: readonly number[]): void {
  for (const [i, value] of list.entries()) {
    if (!(value >= 0 && value < Infinity)) wrongValue(`${name}[${i}]`, "a finite number of 0 or more", value);
  }
}
