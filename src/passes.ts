// What every pass over the data does: activations before the sums, slopes after them.
import { type Address, type Engine, MINIMUM } from "./engine.ts";
import type { Slopes } from "./formulas.ts";
import type { Call } from "./operands.ts";
import type { Rows } from "./rows.ts";
import type { Taking } from "./sums.ts";

/** Whether predictions are used as they are. */
export function takesRaw({ activation, threshold }: Taking): boolean {
  return activation === "none" && threshold === undefined;
}

/**
 * Writes the sigmoids or hard values of `count` predictions at p to `to`, unless they are used as they are; returns where
 * they are. A softmax, which takes all classes, is at `to` already.
 */
export function activate({ kernels }: Engine, taking: Taking, p: Address, to: Address, count: number): Address {
  const { activation, threshold } = taking;
  if (takesRaw(taking)) return p;
  if (activation === "sigmoid") kernels.sigmoid(p, to, count);
  if (threshold !== undefined) kernels.threshold(activation === "none" ? p : to, to, count, threshold);
  return to;
}

/**
 * Writes the gradient of n elements to g, for targets at t: floats, or bytes of which `label` counts as 1. With a
 * sigmoid, it is that with respect to the logits.
 */
export function writeSlopes(
  { kernels }: Engine,
  { activation, intersection }: Taking,
  { byIntersection, bySquares, bySize }: Slopes,
  t: Address,
  label: number,
  p: Address,
  g: Address,
  n: number,
): void {
  const kind = intersection === "minimum" ? MINIMUM : label; // a minimum never takes bytes
  kernels.gradient(t, p, g, n, kind, byIntersection, bySquares, bySize, activation === "sigmoid" ? 1 : 0);
}

/** A pass over the data of a call. */
export interface Pass {
  /** Adds the sums of every region to its row, and those of a pointwise loss to the rows of `costs`. */
  addTo(rows: Rows, costs?: Rows): void;
}

/**
 * Positions between two additions to an Overlap. Each stretch of this grid is summed by itself, whatever came before it
 * and however it was staged, and additions are exact: so pieces cut on the grid merge to the bits of the whole.
 */
export const GRID = 16384;

/**
 * Whether the gradient array can keep results of the sums. Not for plain arrays, whose numbers are checked one by one and
 * may be refused late.
 */
export function canKeep({ prediction, target }: Call, { activation }: Taking): boolean {
  return activation !== "none" && !Array.isArray(prediction) && !Array.isArray(target);
}
