// The options of the public functions: what they mean, their defaults, and how they are read.
import { isIntegers, type Target } from "./arrays.ts";
import {
  checkAmount,
  checkFinite,
  checkFlag,
  checkOptions,
  checkShareOrNone,
  checkWord,
  kindOf,
  wrongKind,
  wrongValue,
} from "./check.ts";
import type { Smoothing } from "./formulas.ts";
import type { Geometry, ShapeOptions } from "./geometry.ts";
import type { Intersection } from "./overlap.ts";
import type { Leaving } from "./planes.ts";
import type { Taking } from "./sums.ts";

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
  readonly weights?: ArrayLike<number>;
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
  readonly weights?: ArrayLike<number>;
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

/** The options of an index, checked and filled in. */
export interface Settings {
  readonly taking: Taking;
  readonly leaving: Leaving;
  readonly smooth: Smoothing;
  readonly squared: boolean;
  readonly empty: number;
  readonly includeBackground: boolean;
  readonly batch: boolean;
  readonly weights: ArrayLike<number> | undefined;
  readonly reduction: Reduction;
}

const INTERSECTIONS = ["product", "minimum"] as const;
const ACTIVATIONS = ["none", "sigmoid", "softmax"] as const;
const REDUCTIONS = ["mean", "sum", "none"] as const;

export function readTaking(
  { intersection, threshold, activation: given }: OverlapOptions,
  values: boolean,
  squares: boolean,
  activation: unknown = given,
): Taking {
  return {
    intersection: checkWord("intersection", intersection, INTERSECTIONS),
    activation: checkWord("activation", activation, ACTIVATIONS),
    threshold: threshold === undefined ? undefined : checkFinite("threshold", threshold),
    values,
    squares,
  };
}

export function readLeaving({ ignoreIndex, mask }: OverlapOptions): Leaving {
  if (mask !== undefined && !["Uint8Array", "Uint8ClampedArray"].includes(kindOf(mask))) wrongKind("mask", "a Uint8Array", mask);
  if (ignoreIndex !== undefined) checkInteger("ignoreIndex", ignoreIndex);
  return { ignoreIndex, mask };
}

/** What a measure may read in place of what was given. */
export interface OfRatio {
  readonly activation: unknown;
  readonly weights: unknown;
}

export function readSettings(options: IndexOptions, ofRatio?: OfRatio): Settings {
  const { activation, weights } = ofRatio ?? options;
  const squared = checkFlag("squared", options.squared, false);
  return {
    taking: readTaking(options, !squared, squared, activation),
    leaving: readLeaving(options),
    smooth: readSmoothing(options.smooth),
    squared,
    empty: checkShareOrNone("empty", options.empty, 1),
    includeBackground: checkFlag("includeBackground", options.includeBackground, true),
    batch: checkFlag("batch", options.batch, false),
    weights: readWeights(weights),
    reduction: checkWord("reduction", options.reduction, REDUCTIONS),
  };
}

function readSmoothing(smooth: unknown): Smoothing {
  if (typeof smooth !== "object" || smooth === null) {
    if (smooth !== undefined && typeof smooth !== "number") wrongKind("smooth", "a number or { numerator, denominator }", smooth);
    const amount = checkAmount("smooth", smooth, 1);
    return { numerator: amount, denominator: amount };
  }
  checkOptions(smooth, ["numerator", "denominator"], "smooth");
  const { numerator, denominator } = smooth as Partial<Smoothing>;
  if (numerator === undefined || denominator === undefined) wrongKind("smooth", "both a numerator and a denominator", smooth);
  return {
    numerator: checkAmount("smooth.numerator", numerator, 1),
    denominator: checkAmount("smooth.denominator", denominator, 1),
  };
}

export function readWeights(weights: unknown): ArrayLike<number> | undefined {
  if (weights === undefined) return undefined;
  if (!Array.isArray(weights) && !["Float32Array", "Float64Array"].includes(kindOf(weights))) {
    wrongKind("weights", "an array of numbers, one for each class kept", weights);
  }
  const list = weights as ArrayLike<number>;
  let sum = 0;
  for (let i = 0; i < list.length; i++) sum += checkAmount(`weights[${i}]`, list[i] ?? null, 0);
  if (!(sum > 0 && sum < Infinity)) wrongValue("weights", "a finite sum above 0", `[${Array.from(list).join(", ")}]`);
  return list;
}

function checkInteger(name: string, value: unknown): void {
  if (typeof value !== "number") wrongKind(name, "a number", value);
  if (!Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 32) wrongValue(name, "a whole number of 32 bits", value);
}

/** Checks what depends on both the options and the number of classes. */
export function checkClasses(classes: number, { includeBackground, weights }: Settings): void {
  if (!includeBackground && classes < 2) wrongValue("includeBackground", "true with one class alone", "false");
  const kept = includeBackground ? classes : classes - 1;
  if (weights !== undefined && weights.length !== kept)
    wrongValue("weights", `${kept} weights, one for each class kept`, `${weights.length}`);
}

/** Checks what depends on both the options and the arrays. */
export function checkPositions(geometry: Geometry, target: Target, { activation }: Taking, { ignoreIndex, mask }: Leaving): void {
  const { samples, classes, positions } = geometry;
  if (activation === "softmax" && classes < 2) {
    wrongValue("activation", '"sigmoid" or "none" with one class ("softmax" needs a "shape" with two or more)', '"softmax"');
  }
  if (ignoreIndex !== undefined && !isIntegers(target)) {
    wrongValue(
      "ignoreIndex",
      'a target of integers, whose labels it names ("mask" leaves positions out of any)',
      `${ignoreIndex}`,
    );
  }
  if (mask !== undefined && mask.length !== samples * positions) {
    wrongValue("mask", `length ${samples * positions}, one for each position`, `${mask.length}`);
  }
}
