// The options of a call, checked and with defaults, and the operands checked against them.
import { areNumbers, checkMemory, checkPair, isIntegers, type Prediction, type Target } from "./arrays.ts";
import {
  checkAmount,
  checkEmpty,
  checkFlag,
  checkNames,
  checkWord,
  isAmount,
  isPlain,
  refuseAmount,
  refuseNumber,
  wrongContent,
  wrongKind,
  wrongValue,
} from "./check.ts";
import type { Smoothing } from "./formulas.ts";
import { checkLengths, type Geometry, pooledPositions, readGeometry, type ShapeOptions } from "./geometry.ts";
import { areBytes, type Exclusion } from "./labels.ts";
import type { IndexOptions, OverlapOptions, Reduction } from "./options.ts";
import { checkRows } from "./rows.ts";
import type { Taking } from "./sums.ts";

/** The options of an index. */
export interface Settings {
  readonly taking: Taking;
  readonly smooth: Smoothing;
  readonly empty: number;
  readonly includeBackground: boolean;
  readonly batch: boolean;
  readonly weights: ArrayLike<number> | undefined;
  readonly reduction: Reduction;
}

const INTERSECTIONS = ["product", "minimum"] as const;
const ACTIVATIONS = ["none", "sigmoid", "softmax"] as const;
const REDUCTIONS = ["mean", "sum", "none"] as const;

/**
 * How the sums are taken: of squares or of values, or of both where that is left open. Spelled out, as an object that spreads
 * another and then adds names takes V8 some 5 µs, longer than many a call.
 */
export function readTaking(
  options: OverlapOptions,
  squared?: boolean,
  activation: OverlapOptions["activation"] = options.activation,
): Taking {
  const { intersection, threshold } = options;
  const { ignoreIndex, mask, excludes } = readExclusion(options);
  return {
    intersection: checkWord("intersection", intersection, INTERSECTIONS),
    activation: checkWord("activation", activation, ACTIVATIONS),
    threshold: checkThreshold(threshold),
    values: squared !== true,
    squares: squared !== false,
    ignoreIndex,
    mask,
    excludes,
  };
}

/** The least float32 above 0. */
const LEAST = 2 ** -149;

/** A finite number; one above 0 stays above 0 as a float32. */
function checkThreshold(threshold: unknown): number | undefined {
  if (threshold === undefined) return undefined;
  if (!Number.isFinite(threshold)) refuseNumber("threshold", threshold, "a finite number");
  const level = threshold as number;
  return level > 0 ? Math.max(level, LEAST) : level;
}

export function readExclusion({ ignoreIndex, mask }: OverlapOptions): Exclusion {
  if (mask !== undefined) {
    if (!isIntegers(mask) || !areBytes(mask, 255)) wrongKind("mask", "a Uint8Array", mask);
    checkMemory("mask", mask);
  }
  if (ignoreIndex !== undefined && !isOf32Bits(ignoreIndex))
    refuseNumber("ignoreIndex", ignoreIndex, "a whole number of 32 bits");
  return { ignoreIndex, mask, excludes: ignoreIndex !== undefined || mask !== undefined };
}

/** The options of an index, of which some may be given in place of its own. */
export function readSettings(
  options: IndexOptions,
  { activation, weights }: Pick<IndexOptions, "activation" | "weights"> = options,
): Settings {
  return {
    taking: readTaking(options, checkFlag("squared", options.squared, false), activation),
    smooth: readSmoothing(options.smooth),
    empty: checkEmpty(options.empty, 1),
    includeBackground: checkFlag("includeBackground", options.includeBackground, true),
    batch: checkFlag("batch", options.batch, false),
    weights: readWeights(weights),
    reduction: checkWord("reduction", options.reduction, REDUCTIONS),
  };
}

function readSmoothing(smooth: unknown): Smoothing {
  if (smooth === undefined || typeof smooth === "number") {
    const amount = checkAmount("smooth", smooth, 1);
    return { numerator: amount, denominator: amount };
  }
  if (!isPlain(smooth)) wrongKind("smooth", "a number or { numerator, denominator }", smooth);
  const { numerator, denominator } = checkNames<Partial<Smoothing>>("smooth", smooth, "it", ["numerator", "denominator"]);
  if (numerator === undefined || denominator === undefined) wrongKind("smooth", "both a numerator and a denominator", smooth);
  return {
    numerator: checkAmount("smooth.numerator", numerator, 1),
    denominator: checkAmount("smooth.denominator", denominator, 1),
  };
}

export function readWeights(weights: unknown): readonly number[] | undefined {
  if (weights === undefined) return undefined;
  if (!areNumbers(weights)) wrongKind("weights", "an array of numbers, one for each class kept", weights);
  checkMemory("weights", weights);
  const list = Array.from(weights as ArrayLike<number>); // read once: values and slopes must be weighted alike
  let sum = 0;
  for (let i = 0; i < list.length; i++) sum += isAmount(list[i]) ? list[i] : refuseAmount(`weights[${i}]`, list[i]);
  const isTotal = list.length === 0 || (sum > 0 && sum < Infinity); // the number of weights is checked with the classes
  if (!isTotal) wrongContent("weights", "a finite sum above 0, of the classes kept", `${sum}`);
  return list;
}

function isOf32Bits(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= -(2 ** 31) && (value as number) < 2 ** 32;
}

/** Checks what depends on both the options and the number of classes. */
export function checkClasses(
  classes: number,
  { includeBackground, weights }: Pick<Settings, "includeBackground" | "weights">,
): void {
  if (!includeBackground && classes < 2) wrongValue("includeBackground", "true with one class alone", false);
  const kept = includeBackground ? classes : classes - 1;
  if (weights !== undefined && weights.length !== kept)
    wrongValue("weights", `${kept} weights, one for each class kept`, weights.length);
}

/** Checks both operands and returns their geometry; `pools` says whether samples are pooled. */
export function checkOperands(
  prediction: Prediction,
  target: Target,
  options: ShapeOptions,
  taking: Taking,
  pools: boolean,
): Geometry {
  checkPair(prediction, target);
  const given = readGeometry(options, prediction.length);
  checkLengths(prediction, target, given);
  checkPositions(given, target, taking);
  const geometry = pools ? pooledPositions(given) : given;
  checkRows("shape", geometry.samples, geometry.classes);
  return geometry;
}

/** Checks what depends on both the options and the arrays. */
function checkPositions(geometry: Geometry, target: Target, taking: Taking): void {
  const { activation, ignoreIndex } = taking;
  const { samples, classes, positions } = geometry;
  if (activation === "softmax" && classes < 2) {
    wrongValue("activation", '"sigmoid" or "none" with one class ("softmax" needs a "shape" with two or more)', activation);
  }
  if (ignoreIndex !== undefined && !isIntegers(target)) {
    wrongValue("ignoreIndex", 'a target of integers ("mask" leaves positions out of any)', ignoreIndex);
  }
  checkMask(taking, samples * positions);
}

export function checkMask({ mask }: Exclusion, positions: number): void {
  if (mask !== undefined && mask.length !== positions) {
    wrongValue("mask", `length ${positions}, one for each position`, mask.length);
  }
}
