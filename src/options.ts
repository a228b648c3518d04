// The options of the public functions: their meaning, their defaults, and the names that each function accepts.
import type { Float64s, Target } from "./arrays.ts";
import type { Smoothing } from "./formulas.ts";
import type { ShapeOptions } from "./geometry.ts";
import type { Intersection } from "./rows.ts";

/** How the sums of a prediction and a target are computed. */
export interface OverlapOptions extends ShapeOptions {
  /** Applied to the prediction: `"none"` (the default), `"sigmoid"`, or `"softmax"` over the classes. */
  readonly activation?: "none" | "sigmoid" | "softmax" | undefined;
  /**
   * Positions with this label in the target are left out of prediction and target, after the activation. Needs a target of
   * integers; a label that its type cannot hold, as −1 among unsigned ones, leaves nothing out.
   */
  readonly ignoreIndex?: number | undefined;
  /**
   * One Uint8 for each position; positions where it is 0 are left out of prediction and target, after the activation. What
   * is left out, by a mask or by `ignoreIndex`, is not checked: predictions there may be NaN, and labels no class.
   */
  readonly mask?: Uint8Array | Uint8ClampedArray | undefined;
  /**
   * What a position adds to the intersection: p·t, `"product"` (the default); or min(p, t), `"minimum"`, which is exact
   * for soft targets: the loss of x against x is 0.
   */
  readonly intersection?: Intersection | undefined;
  /** Makes the prediction hard, after the activation: p ≥ threshold, both as float32, becomes 1, a smaller p 0. None by default. */
  readonly threshold?: number | undefined;
}

/** How the values of the regions are reduced to one. */
export type Reduction = "mean" | "sum" | "none";

/** Options of an index. */
export interface IndexOptions extends OverlapOptions {
  /**
   * Added to numerator and denominator, 1 by default; or `{ numerator, denominator }`. Finite, 0 or more. A metric of small
   * masks wants 0: with 1, two disjoint masks of one position have the Dice coefficient ⅓.
   */
  readonly smooth?: number | Smoothing | undefined;
  /**
   * V-Net's denominator, Σp² + Σt² instead of Σp + Σt. Default false. With `"minimum"`, or with α ≠ β in a Tversky index, the
   * index of soft data may leave 0 … 1.
   */
  readonly squared?: boolean | undefined;
  /**
   * The index where the denominator is 0: both masks empty, no smoothing; in a Tversky index also a mask whose errors weigh
   * 0. From 0 to 1, default 1; NaN leaves the region out.
   */
  readonly empty?: number | undefined;
  /** Whether class 0 counts as a region. Default true; false drops it, after the activation. */
  readonly includeBackground?: boolean | undefined;
  /** Whether samples are pooled before the ratio (batch Dice). Default false. */
  readonly batch?: boolean | undefined;
  /** A weight for each class kept, 0 or more: the mean is Σw·f / Σw, the sum Σw·f, and `"none"` gives w·f. None by default. */
  readonly weights?: Target | undefined;
  /** `"mean"` (the default) or `"sum"` over samples and classes; or `"none"`: a Float64Array of the regions, samples first. */
  readonly reduction?: Reduction | undefined;
}

/** Options of a loss. */
export interface LossOptions extends IndexOptions {
  /** `"complement"` (the default), 1 − D; `"negative"`, −D; or `"log"`, −ln D with D clamped to at least 1e-7. */
  readonly form?: "complement" | "negative" | "log" | undefined;
}

/** The weights of the Tversky index. */
export interface TverskyWeights {
  /** The weight of false positives, 0.5 by default. Finite, 0 or more. */
  readonly alpha?: number | undefined;
  /** The weight of false negatives, 0.5 by default. Finite, 0 or more. */
  readonly beta?: number | undefined;
}

/** Options of the focal Tversky loss. */
export interface FocalTverskyOptions extends IndexOptions, TverskyWeights {
  /** γ, the exponent. Default 0.75 (the paper's 1/γ with γ = 4/3). Finite, 0 or more. */
  readonly gamma?: number | undefined;
}

/** Options of the generalized Dice loss. */
export interface GeneralizedOptions extends Omit<LossOptions, "weights"> {
  /** The weight of a class whose sum in the target is T: `"square"` (the default) 1/T², `"simple"` 1/T, `"uniform"` 1. */
  readonly weighting?: "square" | "simple" | "uniform" | undefined;
}

/** Options of both compound losses. */
interface CompoundOptions extends LossOptions {
  /** The factor of the Dice loss. Default 1. Finite, 0 or more; a Dice loss of NaN stays NaN. */
  readonly lambdaDice?: number | undefined;
}

/** Options of Dice plus cross-entropy. */
export interface DiceCrossEntropyOptions extends CompoundOptions {
  /** For the Dice loss: `"softmax"` by default, with one class `"sigmoid"`. The cross-entropy always takes the logits. */
  readonly activation?: "none" | "sigmoid" | "softmax" | undefined;
  /** A weight for each class, including the background, in both parts of the loss. 0 or more, none by default. */
  readonly weights?: Target | undefined;
  /** `"mean"` (the default) or `"sum"`. */
  readonly reduction?: "mean" | "sum" | undefined;
  /** The factor of the cross-entropy. Default 1. Finite, 0 or more. */
  readonly lambdaCrossEntropy?: number | undefined;
  /** ε, the share of each target spread over all classes in the cross-entropy: (1 − ε)·t + ε / C. 0 to 1, default 0. */
  readonly labelSmoothing?: number | undefined;
}

/** Options of Dice plus focal loss. */
export interface DiceFocalOptions extends CompoundOptions {
  /** For the Dice loss: `"sigmoid"` by default. The focal loss always takes the sigmoid. */
  readonly activation?: "none" | "sigmoid" | "softmax" | undefined;
  /** The factor of the focal loss. Default 1. Finite, 0 or more. */
  readonly lambdaFocal?: number | undefined;
  /** γ, how strongly easy positions are discounted. Default 2. Finite, 0 or more. */
  readonly gamma?: number | undefined;
  /** α, the weight of positives, that of negatives being 1 − α. 0 to 1; without it both are 1. */
  readonly alpha?: number | undefined;
}

/** The type of a result: a number, or with the reduction `"none"` a Float64Array; either, where the reduction is left open. */
export type Result<R extends Reduction = "mean"> = R extends "none" ? Float64s : number;

/**
 * Options with the reduction R, which determines the type of the result. R is inferred from what is given, and editors list
 * what may be given, for which `& {}` keeps the two apart.
 */
export type Reduced<Options extends { readonly reduction?: Reduction | undefined }, R extends Reduction> = Omit<
  Options,
  "reduction"
> & {
  /** `"mean"` (the default) or `"sum"` over samples and classes; or `"none"`: a Float64Array of the regions, samples first. */
  readonly reduction?: R | (NonNullable<Options["reduction"]> & {}) | undefined;
};

/** Those left for an overlap, whose sums are taken; `intersection` may repeat how. */
export type ReducedOfSums<Options extends IndexOptions, R extends Reduction> = Reduced<
  Omit<Options, Exclude<keyof OverlapOptions, "intersection">>,
  R
>;

/** Every option that a function may be given. */
export type AnyOptions = LossOptions &
  FocalTverskyOptions &
  Pick<GeneralizedOptions, "weighting"> &
  Pick<DiceCrossEntropyOptions, "lambdaDice" | "lambdaCrossEntropy" | "labelSmoothing"> &
  Pick<DiceFocalOptions, "lambdaFocal">;

/** The names of the options that say how the sums are taken. */
export const TAKING: readonly string[] = ["shape", "layout", "activation", "ignoreIndex", "mask", "intersection", "threshold"];
/** The names of the others that every index and loss takes; those of its own are listed apart. */
export const COMMON: readonly string[] = ["smooth", "squared", "empty", "includeBackground", "batch", "reduction"];
