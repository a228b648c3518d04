// Scores of hard segmentations: counts and the ratios made of them, for each class and averaged.
import { checkLabelMap, checkPair, type IntegerArray, isIntegers, type Prediction, type Target } from "./arrays.ts";
import { checkAmount, checkCount, checkEmpty, checkFlag, checkOptions, wrongKind, wrongValue } from "./check.ts";
import { countLabels } from "./counting.ts";
import { callOf, checkOperands, overlapOf } from "./dispatch.ts";
import type { Sizes } from "./formulas.ts";
import { type OverlapOptions, TAKING } from "./options.ts";
import { Overlap } from "./overlap.ts";
import { averageOf, type ClassScores, type Ratios, scoresOf } from "./ratios.ts";
import type { Rows } from "./rows.ts";
import { checkClasses, checkMask, readLeaving, readTaking } from "./settings.ts";

export type { ClassScores, Ratios } from "./ratios.ts";

/** Options of `scoreLabels` for an overlap, and of all its forms. */
export interface ScoreOptions {
  /** Whether class 0 is scored. Default true. */
  readonly includeBackground?: boolean;
  /** The weight of recall against precision in `fBeta`. Default 1, which makes it Dice. Finite, 0 or more. */
  readonly beta?: number;
  /** What a ratio of 0 to 0 is: 0 to 1, or NaN (the default), which leaves it out of the averages. */
  readonly empty?: number;
}

/** Options of `scoreLabels` for two label maps. */
export interface LabelOptions extends ScoreOptions, Pick<OverlapOptions, "ignoreIndex" | "mask"> {
  /** The number of classes: labels are 0 to classes − 1. */
  readonly classes: number;
}

/** Options of `scoreLabels` for probabilities: hard by `threshold`, or without one by the largest class. */
export interface ProbabilityOptions extends ScoreOptions, Omit<OverlapOptions, "intersection"> {
  readonly shape: readonly number[];
}

/** What `scoreLabels` gives. */
export interface Scores {
  /** One for each class scored, in the order of labels. */
  readonly classes: readonly ClassScores[];
  /** The mean of each ratio over the classes that have it; of none, `empty`. */
  readonly macro: Ratios;
  /** The ratios of the counts of all classes together. */
  readonly micro: Ratios;
  /** The mean weighted by the positions of each class in the target. */
  readonly weighted: Ratios;
  /** The labels that are in neither prediction nor target: where `empty` is NaN, they have no dice and are in no average of it. */
  readonly skipped: readonly number[];
  /** The sums, to be added to those of other pieces and scored again. */
  readonly overlap: Overlap;
}

const NAME = "scoreLabels";
const SCORE: readonly string[] = ["includeBackground", "beta", "empty"];
const LABELS = [...SCORE, "classes", "ignoreIndex", "mask"];
const PROBABILITIES = [...SCORE, ...TAKING.filter((name) => name !== "intersection")];

/**
 * Scores two label maps: for each class the exact counts TP, FP, FN, TN and dice, jaccard, precision, recall (=
 * sensitivity), specificity and F-beta, and their macro, micro and weighted averages. Nothing is smoothed.
 *
 * @param prediction integers, a label for each position
 * @param target as many integers
 * @param options see {@link LabelOptions}; `classes` is needed. Positions where the target is `ignoreIndex`, or `mask` is 0,
 *   are left out
 * @returns see {@link Scores}; a ratio of 0 to 0 is `empty` (NaN): a class in neither map is not scored, and is listed in
 *   `skipped`
 * @throws {TypeError} when `classes` is missing, or an argument or option is of the wrong kind
 * @throws {RangeError} for different lengths, a label that is no class (the first is named), impossible options
 *
 * @example
 * const { classes, macro } = scoreLabels(Uint8Array.of(0, 1, 1, 2), Uint8Array.of(0, 1, 2, 2), { classes: 4 });
 * classes[1].precision; // 0.5
 * macro.dice; // (1 + 2/3 + 2/3) / 3: class 3 is in neither map
 */
export function scoreLabels(prediction: IntegerArray, target: IntegerArray, options: LabelOptions): Scores;
/** The same of probabilities: a class is predicted where it reaches the `threshold`, or, without one, is the largest (the lowest of equals). */
export function scoreLabels(prediction: Prediction, target: Target, options: ProbabilityOptions): Scores;
/** The same of sums already taken, of hard data; samples are pooled. */
export function scoreLabels(overlap: Overlap, options?: ScoreOptions): Scores;
export function scoreLabels(first: Prediction | IntegerArray | Overlap, second?: unknown, third?: unknown): Scores {
  if (first instanceof Overlap) {
    if (third !== undefined) wrongKind("options", "to be the second argument, behind an Overlap", third);
    return scoreOverlap(first, checkOptions<ScoreOptions>(second, SCORE, NAME));
  }
  if (isIntegers(first) || hasClasses(third)) {
    checkLabelMap("prediction", first);
    checkLabelMap("target", second);
    const options = checkOptions<LabelOptions>(third, LABELS, NAME);
    return scoreOverlap(overlapOfLabels(first, second, options), options);
  }
  checkPair(first, second);
  const options = checkOptions<ProbabilityOptions>(third, PROBABILITIES, NAME);
  return scoreOverlap(overlapOfProbabilities(first, second as Target, options), options);
}

/** Label maps are scored with `classes`, probabilities with a `shape`. */
function hasClasses(options: unknown): boolean {
  const given = Object(options);
  return "classes" in given && !("shape" in given);
}

function overlapOfLabels(prediction: IntegerArray, target: IntegerArray, options: LabelOptions): Overlap {
  if (target.length !== prediction.length) wrongValue("target", `length ${prediction.length} (as "prediction")`, target.length);
  const classes = checkCount("classes", options.classes, 1);
  const leaving = readLeaving(options);
  checkMask(leaving, target.length);
  return countLabels(callOf(prediction, target), classes, leaving);
}

function overlapOfProbabilities(prediction: Prediction, target: Target, options: ProbabilityOptions): Overlap {
  const taking = readTaking(options, true, true, options.threshold === undefined);
  const geometry = checkOperands(prediction, target, options, taking, true);
  if (taking.argmax && geometry.classes < 2)
    wrongValue("threshold", 'a number, or a "shape" of two classes or more', "undefined");
  const overlap = overlapOf(prediction, target, geometry, taking);
  const { target: T, targetSquared } = overlap;
  const soft = T.findIndex((sum, row) => sum !== targetSquared[row]);
  if (soft >= 0) wrongValue("target", "0 and 1 only", `sums of ${T[soft]}, and of squares ${targetSquared[soft]}`);
  const chosen = sumOfAll(overlap.prediction);
  const kept = taking.argmax ? sumOfAll(overlap.positions) / overlap.classes : chosen;
  if (chosen !== kept) wrongValue("prediction", "numbers", "NaN"); // of which none is the largest
  return overlap;
}

function sumOfAll(sums: Float64Array): number {
  return sums.reduce((sum, each) => sum + each, 0);
}

function scoreOverlap(overlap: Overlap, given: ScoreOptions): Scores {
  const includeBackground = checkFlag("includeBackground", given.includeBackground, true);
  const beta = checkAmount("beta", given.beta, 1);
  const empty = checkEmpty(given.empty, Number.NaN);
  checkClasses(overlap.classes, { includeBackground, weights: undefined });
  const pool = overlap.samples === 1 ? overlap : overlap.pooled();
  const classes: ClassScores[] = [];
  const skipped: number[] = [];
  const all: Sizes = { I: 0, P: 0, T: 0 };
  let positions = 0;
  for (let label = includeBackground ? 0 : 1; label < pool.classes; label++) {
    const sizes = hardSizes(pool, label);
    const ofClass = pool.positionsOf(label);
    classes.push(scoresOf(label, sizes, ofClass, beta, empty));
    if (sizes.P + sizes.T === 0) skipped.push(label);
    all.I += sizes.I;
    all.P += sizes.P;
    all.T += sizes.T;
    positions += ofClass;
  }
  const macro = averageOf(classes, empty, false);
  const weighted = averageOf(classes, empty, true);
  const { dice, jaccard, precision, recall, specificity, fBeta } = scoresOf(-1, all, positions, beta, empty);
  const micro = { dice, jaccard, precision, recall, specificity, fBeta };
  return { classes, macro, micro, weighted, skipped, overlap };
}

/** The sizes of a class, refused where they are not counts of 0 and 1, whose squares are themselves: of anything between they are less. */
function hardSizes(overlap: Rows, c: number): Sizes {
  const values = overlap.sizes(c, false);
  const squares = overlap.sizes(c, true);
  if (values.P === squares.P && values.T === squares.T && Number.isInteger(values.I)) return values;
  const got = `sums of ${values.P} and ${values.T}, and of squares ${squares.P} and ${squares.T}`;
  wrongValue("overlap", "counts of hard data, 0 and 1 (take it with a threshold)", got);
}
