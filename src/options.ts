// The options of the public functions: what they mean, their defaults, and which names a function knows.
import type { Target } from "./arrays.ts";
import type { Smoothing } from "./formulas.ts";
import type { ShapeOptions } from "./geometry.ts";
import type { Intersection } from "./rows.ts";

/** How the sums of a prediction and a target are taken. */
export interface OverlapOptions extends ShapeOptions {
  /** Applied to the prediction: `"none"` (the default), `"sigmoid"`, or `"softmax"` over the classes. */
  readonly activation?: "none" | "sigmoid" | "softmax";
  /** Positions with this label are left out of prediction and target, after the activation. Needs a target of integers. */
  readonly ignoreIndex?: number;
  /** One Uint8 for each position; where it is 0 the position is left out of prediction and target, after the activation. */
  readonly mask?: Uint8Array | Uint8ClampedArray;
  /**
   * What a position adds to the intersection: `"product"` (the default), p·t; or `"minimum"`, min(p, t), which is exact
   * for soft targets: the loss of x against x is 0.
   */
  readonly intersection?: Intersection;
  /** Makes the prediction hard, after the activation: p ≥ threshold counts as 1, less as 0. None by default. */
  readonly threshold?: number;
}

/** How the regions' values become one. */
export type Reduction = "mean" | "sum" | "none";

/** Options of an index. */
export interface IndexOptions extends OverlapOptions {
  /** Added to numerator and denominator, 1 by default; or `{ numerator, denominator }`. Finite, 0 or more. */
  readonly smooth?: number | Smoothing;
  /** V-Net's denominator: Σp² + Σt² in place of Σp + Σt. Default false. */
  readonly squared?: boolean;
  /** The index where nothing stands below the line: nothing in prediction or target, no smoothing. 0 to 1, default 1; NaN leaves the region out. */
  readonly empty?: number;
  /** Whether class 0 is a region like the others. Default true; false drops it, after the activation. */
  readonly includeBackground?: boolean;
  /** Whether the samples are pooled before the ratio (batch Dice). Default false. */
  readonly batch?: boolean;
  /** A weight for each class kept, 0 or more: the mean is Σw·f / Σw, the sum Σw·f. None by default. */
  readonly weights?: Target;
  /** `"mean"` (the default) or `"sum"` over samples and classes, or `"none"`: a Float64Array of the regions, samples first. */
  readonly reduction?: Reduction;
}

/** Options of a loss. */
export interface LossOptions extends IndexOptions {
  /** `"complement"` (the default), 1 − D; `"negative"`, −D; or `"log"`, −ln D with D held above 1e-7. */
  readonly form?: "complement" | "negative" | "log";
}

/** The weights of Tversky's index. */
export interface TverskyWeights {
  /** The weight of false positives, 0.5 by default. Finite, 0 or more. */
  readonly alpha?: number;
  /** The weight of false negatives, 0.5 by default. Finite, 0 or more. */
  readonly beta?: number;
}

/** Options of the focal Tversky loss. */
export interface FocalTverskyOptions extends IndexOptions, TverskyWeights {
  /** The exponent, 0.75 by default (the paper's 1/γ with γ = 4/3). Finite, 0 or more. */
  readonly gamma?: number;
}

/** Options of the generalized Dice loss. */
export interface GeneralizedOptions extends Omit<LossOptions, "weights"> {
  /** The weight of a class with T in the target: `"square"` (the default) 1/T², `"simple"` 1/T, `"uniform"` 1. */
  readonly weighting?: "square" | "simple" | "uniform";
}

/** What the two losses that are made of two parts share. */
interface CompoundOptions extends LossOptions {
  /** The factor of the Dice loss. Default 1. Finite, 0 or more; a Dice loss that is NaN stays NaN. */
  readonly lambdaDice?: number;
}

/** Options of Dice plus cross-entropy. */
export interface DiceCrossEntropyOptions extends CompoundOptions {
  /** Of the Dice loss: by default `"softmax"` over two classes or more, `"sigmoid"` of one. Cross-entropy is of the logits. */
  readonly activation?: "none" | "sigmoid" | "softmax";
  /** A weight for each class, the background among them, 0 or more: of both parts. None by default. */
  readonly weights?: Target;
  /** `"mean"` (the default) or `"sum"`. */
  readonly reduction?: "mean" | "sum";
  /** The factor of the cross-entropy. Default 1. Finite, 0 or more. */
  readonly lambdaCrossEntropy?: number;
  /** ε, how much of each target is spread over all classes in the cross-entropy: (1 − ε)·t + ε / C. 0 to 1, default 0. */
  readonly labelSmoothing?: number;
}

/** Options of Dice plus focal loss. */
export interface DiceFocalOptions extends CompoundOptions {
  /** Of the Dice loss: `"sigmoid"` by default. The focal loss is always of the sigmoid. */
  readonly activation?: "none" | "sigmoid" | "softmax";
  /** The factor of the focal loss. Default 1. Finite, 0 or more. */
  readonly lambdaFocal?: number;
  /** γ, how much easy positions are discounted. Default 2. Finite, 0 or more. */
  readonly gamma?: number;
  /** α, the weight of positives, against 1 − α of negatives. 0 to 1; without it both weigh 1. */
  readonly alpha?: number;
}

/** Every option there is, as it may come in. */
export type AnyOptions = LossOptions &
  FocalTverskyOptions &
  Pick<GeneralizedOptions, "weighting"> &
  Pick<DiceCrossEntropyOptions, "lambdaDice" | "lambdaCrossEntropy" | "labelSmoothing"> &
  Pick<DiceFocalOptions, "lambdaFocal">;

export const TAKING: readonly string[] = ["shape", "layout", "activation", "ignoreIndex", "mask", "intersection", "threshold"];
const REDUCING = ["smooth", "squared", "empty", "includeBackground", "batch", "reduction"];
export const GENERALIZED: readonly string[] = [...TAKING, ...REDUCING, "form", "weighting"];
export const INDEX: readonly string[] = [...TAKING, ...REDUCING, "weights"];
export const LOSS: readonly string[] = [...INDEX, "form"];
export const WEIGHTS: readonly string[] = ["alpha", "beta"];
