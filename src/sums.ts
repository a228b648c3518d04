// The sums of a stretch, left in the engine as float64 and counted into a row.
import { type Address, type Engine, SUMS } from "./engine.ts";
import type { Sizes } from "./formulas.ts";
import type { Exclusion } from "./labels.ts";
import type { Intersection, Rows } from "./rows.ts";

/** Which sums are computed. */
export interface Summing {
  readonly intersection: Intersection;
  /** Whether Σp and Σt are wanted. */
  readonly values: boolean;
  /** Whether Σp² and Σt² are wanted. */
  readonly squares: boolean;
}

/** Which sums are computed, and of what. */
export interface Taking extends Exclusion, Summing {
  readonly activation: "none" | "sigmoid" | "softmax";
  readonly threshold: number | undefined;
}

/** The three sums of values. */
export const PLAIN: Summing = { intersection: "product", values: true, squares: false };

const SQUARES = 6; // where the sums of squares lie after those of values, in float64

/** Begins a stretch; sums of squares that are not wanted are neither added to nor read. */
export function clearSums({ f64 }: Engine, { squares }: Summing): void {
  const out = SUMS >> 3;
  const count = squares ? 2 * SQUARES : SQUARES;
  for (let i = 0; i < count; i++) f64[out + i] = 0;
}

/** Adds `count` elements at p and t to the stretch. */
export function addSums({ kernels }: Engine, summing: Summing, p: Address, t: Address, count: number): void {
  const minimum = summing.intersection === "minimum";
  if (minimum) kernels.sums_minimum(p, t, count, SUMS);
  else if (summing.values) kernels.sums_f32(p, t, count, SUMS);
  if (summing.squares) kernels.squares(p, t, count, SUMS + 8 * SQUARES);
}

/** Whether the sums can read byte labels as they are. */
export function takesBytes({ values, squares, intersection }: Summing): boolean {
  return values && !squares && intersection === "product";
}

const STEP = 32; // elements: sums_u8 takes multiples of it

/**
 * Adds `count` elements at p to the stretch, with t = 1 where the byte is `label`, else 0; for finite p to the bit what
 * `addSums` adds. Returns whether a byte exceeds `most`. What is left of a step goes through `block`.
 */
export function addByteSums(
  { kernels }: Engine,
  p: Address,
  bytes: Address,
  count: number,
  label: number,
  most: number,
  block: Address,
): boolean {
  const rest = count % STEP;
  const whole = count - rest;
  let isBeyond = kernels.sums_u8(p, bytes, whole, label, SUMS, most);
  if (rest > 0) {
    isBeyond |= kernels.one_hot(bytes + whole, label, block, rest, most);
    kernels.sums_f32(p + 4 * whole, block, rest, SUMS);
  }
  return isBeyond !== 0;
}

/** The sizes of a region that is this one stretch. */
export function sizesOfStretch(engine: Engine, summing: Summing): Sizes {
  const k = summing.values ? 0 : SQUARES;
  return { I: intersectionOf(engine, summing), P: sumAt(engine, k + 2), T: sumAt(engine, k + 4) };
}

function intersectionOf(engine: Engine, { values, intersection }: Summing): number {
  if (intersection === "minimum") return sumAt(engine, 0);
  // NaN where a prediction is infinite, as 0·∞ is, which is never computed where targets are bytes
  return sumAt(engine, values ? 0 : SQUARES) + 0 * sumAt(engine, 2);
}

/** A sum as kernels leave it, in two halves. */
function sumAt({ f64 }: Engine, k: number): number {
  const i = (SUMS >> 3) + k;
  return f64[i] + f64[i + 1];
}

/**
 * Ends the stretch: counts its sums, of that many positions, into a row. Squares that are not summed count as values, as
 * they do where all are 0 and 1.
 */
export function countSums(engine: Engine, summing: Summing, rows: Rows, row: number, positions: number): void {
  const sum = (k: number): number => sumAt(engine, k);
  const squared = summing.squares ? SQUARES : 0;
  rows.count(row, intersectionOf(engine, summing), sum(2), sum(4), sum(squared + 2), sum(squared + 4), positions);
}
