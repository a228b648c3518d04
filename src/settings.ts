// The options of a call, checked and filled in.
import { isIntegers, type Target } from "./arrays.ts";
import {
  checkAmount,
  checkEmpty,
  checkFinite,
  checkFlag,
  checkOptions,
  checkWord,
  kindOf,
  wrongKind,
  wrongValue,
} from "./check.ts";
import type { Smoothing } from "./formulas.ts";
import type { Geometry } from "./geometry.ts";
import type { IndexOptions, OverlapOptions, Reduction } from "./options.ts";
import type { Leaving } from "./planes.ts";
import type { Taking } from "./sums.ts";

/** The options of an index. */
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
    argmax: false,
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
    empty: checkEmpty(options.empty, 1),
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
  const { numerator, denominator } = checkOptions<Partial<Smoothing>>(smooth, ["numerator", "denominator"], "smooth");
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
