// The options of the public functions: what they mean, their defaults, and how they are read.
import { checkAmount, checkFinite, checkFlag, checkOptions, checkShare, checkWord, wrongKind } from "./check.ts";
import type { Smoothing } from "./formulas.ts";
import type { Intersection } from "./overlap.ts";
import type { Taking } from "./passes.ts";

/** How the sums of a prediction and a target are taken. */
export interface OverlapOptions {
  /**
   * What a position adds to the intersection: `"product"` (the default), p·t; or `"minimum"`, min(p, t), which is exact
   * for soft targets: the loss of x against x is 0.
   */
  readonly intersection?: Intersection;
  /** Makes the prediction hard: p ≥ threshold counts as 1, less as 0. None by default. */
  readonly threshold?: number;
}

/** Options of an index. */
export interface IndexOptions extends OverlapOptions {
  /** Added to numerator and denominator, 1 by default; or `{ numerator, denominator }`. Finite, 0 or more. */
  readonly smooth?: number | Smoothing;
  /** V-Net's denominator: Σp² + Σt² in place of Σp + Σt. Default false. */
  readonly squared?: boolean;
  /** The index where nothing stands below the line: nothing in prediction or target, no smoothing. 0 to 1 or NaN, default 1. */
  readonly empty?: number;
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

/** Every option there is, as it may come in. */
export type AnyOptions = LossOptions & FocalTverskyOptions;

export const TAKING: readonly string[] = ["intersection", "threshold"];
export const INDEX: readonly string[] = [...TAKING, "smooth", "squared", "empty"];
export const LOSS: readonly string[] = [...INDEX, "form"];
export const WEIGHTS: readonly string[] = ["alpha", "beta"];

/** The options of an index, checked and filled in. */
export interface Settings extends Taking {
  readonly smooth: Smoothing;
  readonly empty: number;
}

export function readTaking(options: OverlapOptions): Taking {
  return { intersection: readIntersection(options), threshold: readThreshold(options), squares: true };
}

export function readSettings(options: IndexOptions): Settings {
  return {
    intersection: readIntersection(options),
    threshold: readThreshold(options),
    squares: checkFlag("squared", options.squared, false),
    smooth: readSmoothing(options.smooth),
    empty: checkShare("empty", options.empty, 1),
  };
}

const INTERSECTIONS = ["product", "minimum"] as const;

function readIntersection(options: OverlapOptions): Intersection {
  return checkWord("intersection", options.intersection, INTERSECTIONS);
}

function readThreshold({ threshold }: OverlapOptions): number | undefined {
  return threshold === undefined ? undefined : checkFinite("threshold", threshold);
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
