// The public record of sums: what users add up, send as JSON and compute every index from.
import type { Float64s } from "./arrays.ts";
import { checkCount, checkNames, checkOptions, isAmount, refuseAmount, wrongContent, wrongKind, wrongValue } from "./check.ts";
import { checkRows, type Intersection, Rows, WIDTH } from "./rows.ts";

/** The sums of a region: the WIDTH columns of a row, in their order. */
const COLUMNS = ["intersection", "prediction", "target", "predictionSquared", "targetSquared", "positions"] as const;
type Sum = (typeof COLUMNS)[number];

/** The JSON form of an Overlap. Every list has one number per region, samples first: `sample * classes + class`. */
export interface OverlapJSON {
  readonly format: "dice-wasm/overlap";
  readonly version: 1;
  readonly samples: number;
  readonly classes: number;
  /** How intersections were computed; null while none were. */
  readonly kind: Intersection | null;
  /** The sums, each rounded to float64. */
  readonly sums: { readonly [sum in Sum]: readonly number[] };
  /** The rounding errors of `sums`. Sum plus residue is exact, so shards may be added in any order. */
  readonly residues: { readonly [sum in Sum]: readonly number[] };
}

const FORMAT = "dice-wasm/overlap";
const VERSION = 1;

/**
 * The sums of a prediction and a target, for each region: Σp·t (or Σmin(p, t)), Σp, Σt, Σp², Σt² and the number of
 * positions. Every index and loss but the compound ones is a formula over them, and overlaps add up: data may be scored
 * in pieces, on other threads or machines, and merged.
 *
 * Each sum is held as an unevaluated pair of float64, so that addition is exact, hence associative and commutative, as long
 * as the sum spans no more than 106 bits (2⁵³ beside 2⁻⁵³): pieces cut at multiples of 16,384 positions merge to the very
 * bits of one call over the whole, in any order. For pieces cut elsewhere a few float32 additions round differently; the
 * README gives the bound.
 *
 * @example
 * const total = new Overlap();
 * for (const { prediction, target } of pieces) total.add(overlap(prediction, target));
 * diceCoefficient(total); // the coefficient of all pieces together, not the mean of theirs
 */
export class Overlap extends Rows {
  /**
   * An overlap without positions.
   *
   * @param options `samples` and `classes`, both 1 by default
   * @throws {TypeError | RangeError} unless `samples` is a whole number of 0 or more and `classes` one of 1 or more
   */
  constructor(options: { samples?: number | undefined; classes?: number | undefined } = {}) {
    const { samples = 1, classes = 1 } = checkOptions<{ samples?: number; classes?: number }>(options, "Overlap", [
      "samples",
      "classes",
    ]);
    checkRows("options", checkCount("samples", samples, 0), checkCount("classes", classes, 1));
    super(samples, classes);
  }

  /** Its name in errors and consoles, as bundlers rename classes. */
  get [Symbol.toStringTag](): string {
    return "Overlap";
  }

  /** Σp·t, or Σmin(p, t), of each region. */
  get intersection(): Float64s {
    return this.column(0);
  }

  /** Σp of each region. */
  get prediction(): Float64s {
    return this.column(1);
  }

  /** Σt of each region. */
  get target(): Float64s {
    return this.column(2);
  }

  /** Σp² of each region. */
  get predictionSquared(): Float64s {
    return this.column(3);
  }

  /** Σt² of each region. */
  get targetSquared(): Float64s {
    return this.column(4);
  }

  /** The number of positions of each region. */
  get positions(): Float64s {
    return this.column(5);
  }

  /**
   * Adds another overlap to this one, region by region, exactly within 106 bits.
   *
   * @returns this overlap
   * @throws {TypeError} if `other` is not an Overlap
   * @throws {RangeError} if its samples or classes differ, or its intersections were computed in another way
   */
  add(other: Overlap): this {
    if (!(other instanceof Overlap)) wrongKind("other", "an Overlap (fromJSON makes one of what toJSON gave)", other);
    if (other.samples !== this.samples || other.classes !== this.classes) {
      const expected = `${this.samples} samples × ${this.classes} classes (new Overlap({ samples, classes }) tells them; pool() adds up samples)`;
      wrongContent("other", expected, `${other.samples} × ${other.classes}`);
    }
    return this.merge(other);
  }

  /**
   * The overlap as plain data, for JSON.stringify, postMessage or a database.
   *
   * @throws {RangeError} if a sum is not a finite number of 0 or more, as after NaN in the data: JSON cannot hold it
   */
  toJSON(): OverlapJSON {
    const { samples, classes, kind } = this;
    const sums = {} as Record<Sum, number[]>;
    const residues = {} as Record<Sum, number[]>;
    const left = this.residues ?? [];
    for (const [k, sum] of COLUMNS.entries()) {
      sums[sum] = Array.from(this.column(k));
      residues[sum] = Array.from(this.column(k, left));
      checkSums(`overlap.${sum}`, sums[sum]);
    }
    return { format: FORMAT, version: VERSION, samples, classes, kind, sums, residues };
  }

  /**
   * The overlap that `toJSON` described.
   *
   * @param json an object in the form of {@link OverlapJSON} (parsed, not a string)
   * @throws {TypeError | RangeError} if it is not: another version, missing or surplus sums, negative or non-finite
   *   numbers, positions that are not whole
   */
  static fromJSON(json: OverlapJSON): Overlap {
    if (typeof json !== "object" || json === null) wrongKind("json", "an object made by toJSON", json);
    if (json.format !== FORMAT) wrongValue("json.format", `"${FORMAT}" (as toJSON writes)`, json.format);
    if (json.version !== VERSION) wrongValue("json.version", `${VERSION}`, json.version);
    const samples = checkCount("json.samples", json.samples, 0);
    const classes = checkCount("json.classes", json.classes, 1);
    if (json.kind !== null && json.kind !== "product" && json.kind !== "minimum")
      wrongValue("json.kind", '"product", "minimum" or null', json.kind);
    for (const lists of ["sums", "residues"] as const) checkNames(`json.${lists}`, json[lists], "it", COLUMNS);
    const columns = COLUMNS.map((sum) => readColumn(json, sum, samples * classes)); // before memory is allocated for so many rows
    const isEmpty = columns.every(({ sums }) => sums.every((sum) => sum === 0));
    if (json.kind === null && !isEmpty) wrongValue("json.kind", '"product" or "minimum", as the sums are not all 0', null);
    const overlap = new Overlap({ samples, classes });
    if (json.kind !== null) overlap.setKind(json.kind);
    for (const [k, { sums, residues }] of columns.entries()) {
      for (let row = 0; row < sums.length; row++) {
        const i = row * WIDTH + k;
        overlap.sums[i] = sums[row];
        if (residues[row] !== 0) overlap.setResidue(i, residues[row]);
      }
    }
    return overlap;
  }

  /**
   * The overlap of all samples together, as used by batch Dice.
   *
   * @returns a new overlap of one sample and the same classes
   */
  pool(): Overlap {
    return new Overlap({ classes: this.classes }).merge(this);
  }

  /** One of the COLUMNS. */
  private column(k: number, sums: ArrayLike<number> = this.sums): Float64s {
    const values = new Float64Array(this.samples * this.classes);
    for (let row = 0; row < values.length; row++) values[row] = sums[row * WIDTH + k] ?? 0;
    return values;
  }
}

interface Column {
  readonly sums: readonly number[];
  readonly residues: readonly number[];
}

function readColumn(json: OverlapJSON, sum: Sum, rows: number): Column {
  const sums = checkList(`json.sums.${sum}`, json.sums?.[sum], rows);
  const residues = checkList(`json.residues.${sum}`, json.residues?.[sum], rows);
  checkSums(`json.sums.${sum}`, sums);
  for (let row = 0; row < rows; row++) {
    if (sums[row] + residues[row] !== sums[row])
      wrongValue(`json.residues.${sum}[${row}]`, `what rounding left out of ${sums[row]}`, residues[row]);
  }
  if (sum === "positions") {
    checkWhole("json.sums.positions", sums);
    checkWhole("json.residues.positions", residues);
  }
  return { sums, residues };
}

function checkWhole(name: string, list: readonly number[]): void {
  const row = list.findIndex((value) => !Number.isInteger(value));
  if (row >= 0) wrongValue(`${name}[${row}]`, "a whole number", list[row]);
}

function checkList(name: string, list: unknown, length: number): readonly number[] {
  if (!Array.isArray(list)) wrongKind(name, `${length} numbers`, list);
  if (list.length !== length) wrongValue(name, `${length} numbers`, list.length);
  for (let i = 0; i < length; i++) if (typeof list[i] !== "number") wrongKind(`${name}[${i}]`, "a number", list[i]);
  return list;
}

function checkSums(name: string, list: readonly number[]): void {
  for (let i = 0; i < list.length; i++) if (!isAmount(list[i])) refuseAmount(`${name}[${i}]`, list[i]); // the name is slow to build
}
