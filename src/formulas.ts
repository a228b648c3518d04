// The formulas, each written once, over the sums of a region; nothing here knows about arrays, memory or options. Those of exact
// counts, which are never smoothed, are in ratios.ts.
import { log, power } from "./elementary.ts";

/** What is added to the numerator and to the denominator of an index. */
export interface Smoothing {
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * index = (shared·I + s) / (shared·I + prediction·(P − I) + target·(T − I) + d), which for P = T = I and s = d is 1 without
 * any rounding
 */
export interface Ratio {
  readonly shared: number;
  readonly prediction: number;
  readonly target: number;
}

/** The sums that a region's ratio is computed from: its intersection, and the sizes of prediction and target. */
export interface Sizes {
  I: number;
  P: number;
  T: number;
}

/** 2I / (P + T): Dice 1945, Sørensen 1948. */
export const DICE: Ratio = { shared: 2, prediction: 1, target: 1 };
/** I / (P + T − I): Jaccard 1901. */
export const JACCARD: Ratio = { shared: 1, prediction: 1, target: 1 };
/** I / (I + α(P − I) + β(T − I)): Tversky 1977; α weights false positives, β false negatives. */
export function tversky(alpha: number, beta: number): Ratio {
  return { shared: 1, prediction: alpha, target: beta };
}

/** Classes weighted against each other: their weights, and the sizes of all together. */
interface Weighed {
  readonly among: readonly number[];
  readonly sizes: Sizes;
}

/** Weighs the classes of a sample. */
export type Weighting = (classes: readonly Sizes[]) => Weighed;

/** The weight of a class whose sum in the target is T; the ∞ of an absent class is replaced by `weighed`. */
export const WEIGHTINGS = {
  square: (T: number): number => 1 / (T * T),
  simple: (T: number): number => 1 / T,
  uniform: (): number => 1,
};

/**
 * The classes of a sample as generalized Dice weighs them (Sudre 2017). A class that is absent takes the largest weight of
 * the others; if all are absent their weight is 1, so that false positives still count.
 */
export function weighed(classes: readonly Sizes[], weightOf: (T: number) => number): Weighed {
  const weights = classes.map(({ T }) => weightOf(T));
  const finite = weights.filter(Number.isFinite);
  const most = finite.length > 0 ? finite.reduce((largest, weight) => Math.max(largest, weight)) : 1;
  const among = weights.map((weight) => (weight === Infinity ? most : weight));
  const sum = (size: keyof Sizes): number => classes.reduce((total, sizes, c) => total + among[c] * sizes[size], 0);
  return { among, sizes: { I: sum("I"), P: sum("P"), T: sum("T") } };
}

/** The index of one region; `empty` where the denominator is 0. */
export function indexOf(ratio: Ratio, smooth: Smoothing, empty: number, sizes: Sizes): number {
  const denominator = denominatorOf(ratio, smooth, sizes);
  return denominator === 0 ? empty : (ratio.shared * sizes.I + smooth.numerator) / denominator;
}

/** d(value)/d(p) of a region = byIntersection·h + bySquares·p + bySize, where h is t, or the slope of min(p, t). */
export interface Slopes {
  readonly byIntersection: number;
  readonly bySquares: number;
  readonly bySize: number;
}

/** The slopes of a row of sums, or of costs. */
export type SlopesOf = (row: number) => Slopes;

/** The slopes of an index of that value with respect to I and P; 0 where the denominator is 0. */
export function slopesOf(
  ratio: Ratio,
  smooth: Smoothing,
  index: number,
  sizes: Sizes,
): { byIntersection: number; byPrediction: number } {
  const denominator = denominatorOf(ratio, smooth, sizes);
  if (denominator === 0) return { byIntersection: 0, byPrediction: 0 };
  const { shared, prediction, target } = ratio;
  return {
    byIntersection: (shared - index * (shared - prediction - target)) / denominator,
    byPrediction: (-index * prediction) / denominator,
  };
}

/** The sum of both errors comes first, so that swapping the masks swaps nothing but its terms. */
export function denominatorOf({ shared, prediction, target }: Ratio, smooth: Smoothing, { I, P, T }: Sizes): number {
  return shared * I + (prediction * (P - I) + target * (T - I)) + smooth.denominator;
}

/** A function of an index, and its slope. */
export interface Curve {
  value(index: number): number;
  slope(index: number): number;
}

/** The index itself. */
export const IDENTITY: Curve = { value: (index) => index, slope: () => 1 };

/** A curve times a factor. */
export function times(curve: Curve, factor: number): Curve {
  return { value: (index) => factor * curve.value(index), slope: (index) => factor * curve.slope(index) };
}

const LEAST_INDEX = 1e-7; // the least argument of the logarithm

/** The forms of a loss: 1 − D, −D (V-Net) and −ln D. */
export const FORMS: { readonly complement: Curve; readonly negative: Curve; readonly log: Curve } = {
  complement: { value: (index) => 1 - index, slope: () => -1 },
  negative: { value: (index) => 0 - index, slope: () => -1 }, // not −index, which would turn 0 into −0
  log: { value: (index) => 0 - log(Math.max(index, LEAST_INDEX)), slope: (index) => (index < LEAST_INDEX ? 0 : -1 / index) },
};

/** (1 − index)^γ: Abraham & Khan 2018. Where the loss is 0 its slope is taken as 0: for γ < 1 it would be infinite. */
export function focal(gamma: number): Curve {
  const lack = (index: number): number => Math.max(0, 1 - index);
  return {
    value: (index) => power(lack(index), gamma),
    slope: (index) => (lack(index) === 0 ? 0 : -gamma * power(lack(index), gamma - 1)),
  };
}
