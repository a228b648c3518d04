// The sums of a stretch, left in the engine's float64 and counted into a row.
import type { Address, Engine } from "./engine.ts";
import type { Sizes } from "./formulas.ts";
import type { Intersection, Rows } from "./rows.ts";

/** Which sums are taken, and of what. */
export interface Taking {
  readonly intersection: Intersection;
  readonly activation: "none" | "sigmoid" | "softmax";
  readonly threshold: number | undefined;
  /** Whether the largest class of a position counts as 1 and the others as 0. */
  readonly argmax: boolean;
  /** Whether Σp and Σt are wanted. */
  readonly values: boolean;
  /** Whether Σp² and Σt² are wanted. */
  readonly squares: boolean;
}

/** The three sums of values, of the data as it is. */
export const PLAIN: Taking = {
  intersection: "product",
  activation: "none",
  threshold: undefined,
  argmax: false,
  values: true,
  squares: false,
};

const SQUARES = 6; // where the sums of squares lie behind those of values, in float64

/** Begins a stretch. */
export function clearSums({ f64, sumsOut }: Engine): void {
  const out = sumsOut >> 3;
  for (let i = 0; i < 2 * SQUARES; i++) f64[out + i] = 0;
}

/** Adds `count` elements at p and t to the stretch. */
export function addSums({ kernels, sumsOut }: Engine, taking: Taking, p: Address, t: Address, count: number): void {
  const minimum = taking.intersection === "minimum";
  if (minimum) kernels.sums_minimum(p, t, count, sumsOut);
  else if (taking.values) kernels.sums_f32(p, t, count, sumsOut);
  if (taking.squares) kernels.squares(p, t, count, sumsOut + 8 * SQUARES);
}

/** Whether the sums can be taken of labels that are bytes, as they are. */
export function takesBytes({ values, squares, intersection }: Taking): boolean {
  return values && !squares && intersection === "product";
}

const STEP = 32; // elements that sums_u8 takes whole numbers of

/**
 * Adds `count` elements at p, against 1 where the byte is `label` and else 0, to the stretch; of finite p to the bit what `addSums` adds.
 * Returns whether a byte is more than `most`. What is left of a step goes through `block`.
 */
export function addByteSums(
  { kernels, sumsOut }: Engine,
  p: Address,
  bytes: Address,
  count: number,
  label: number,
  most: number,
  block: Address,
): boolean {
  const rest = count % STEP;
  const whole = count - rest;
  const isBeyond = kernels.sums_u8(p, bytes, whole, label, sumsOut, most) !== 0;
  if (rest === 0) return isBeyond;
  const isRestBeyond = kernels.one_hot_u8(bytes + whole, label, block, rest, most) !== 0;
  kernels.sums_f32(p + 4 * whole, block, rest, sumsOut);
  return isBeyond || isRestBeyond;
}

/** The sizes of the stretch, where it is all there is. */
export function passingSizes({ f64, sumsOut }: Engine, { values, intersection }: Taking): Sizes {
  const at = sumsOut >> 3;
  const sizes = values ? at : at + SQUARES;
  const I = values || intersection === "minimum" ? at : sizes;
  return { I: sumAt(f64, I), P: sumAt(f64, sizes + 2), T: sumAt(f64, sizes + 4) };
}

/** A sum as kernels leave it, in two halves. */
function sumAt(f64: Float64Array, i: number): number {
  return f64[i] + f64[i + 1];
}

/** Ends the stretch: counts its sums, of so many positions, into a row. Those that are not wanted are 0, or right anyway. */
export function countSums({ f64, sumsOut }: Engine, taking: Taking, rows: Rows, row: number, positions: number): void {
  const values = sumsOut >> 3;
  const squares = values + SQUARES;
  const intersection = taking.values || taking.intersection === "minimum" ? values : squares;
  const [I, P, T] = [sumAt(f64, intersection), sumAt(f64, values + 2), sumAt(f64, values + 4)];
  rows.count(row, I, P, T, sumAt(f64, squares + 2), sumAt(f64, squares + 4), positions);
}
