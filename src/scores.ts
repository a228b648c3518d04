// Scores of hard segmentations: counts and the ratios made of them, per class and averaged.
import { checkLabelMap, type IntegerArray, isIntegers, type Prediction, type Target } from "./arrays.ts";
import { checkAmount, checkCount, checkEmpty, checkFlag, checkOptions, refuseLate, wrongContent, wrongValue } from "./check.ts";
import { countLabels } from "./counting.ts";
import { callOf, overlapOf } from "./dispatch.ts";
import type { Sizes } from "./formulas.ts";
import { chooseLargest, countLargest } from "./largest.ts";
import type { OverlapOptions } from "./options.ts";
import { Overlap } from "./overlap.ts";
import { averageOf, type ClassScores, type Ratios, scoresOf } from "./ratios.ts";
import type { Rows } from "./rows.ts";
import { checkClasses, checkMask, checkOperands, readExclusion, readTaking } from "./settings.ts";
import type { Taking } from "./sums.ts";

/** Options of every form of `scoreLabels`, and the only ones for an overlap. */
export interface ScoreOptions {
  /** Whether class 0 is scored. Default true. */
  readonly includeBackground?: boolean | undefined;
  /** β, the weight of recall against precision in `fBeta`. Finite, 0 or more; default 1, which makes it Dice. */
  readonly beta?: number | undefined;
  /** The value of a ratio 0 / 0: from 0 to 1, or NaN (the default), which leaves it out of the averages. */
  readonly empty?: number | undefined;
}

/** Options of `scoreLabels` for two label maps. */
export interface LabelOptions extends ScoreOptions, Pick<OverlapOptions, "ignoreIndex" | "mask"> {
  /** The number of classes; labels are 0 to classes − 1. */
  readonly classes: number;
}

/**
 * Options of `scoreLabels` for probabilities, made hard by `threshold` or, without one, by argmax over the classes, which
 * needs a `shape`.
 */
export type ProbabilityOptions = ScoreOptions &
  Omit<OverlapOptions, "intersection"> &
  ({ readonly shape: readonly number[] } | { readonly threshold: number });

/** What `scoreLabels` returns. */
export interface Scores {
  /** The scores of each class, in the order of the labels. */
  readonly classes: readonly ClassScores[];
  /** The mean of each ratio over the classes where it is not NaN; NaN if there are none. */
  readonly macro: Ratios;
  /** The ratios of the counts summed over the classes. */
  readonly micro: Ratios;
  /** The mean weighted by the number of positions of each class in the target; `macro` where there are none. */
  readonly weighted: Ratios;
  /**
   * The labels found in neither prediction nor target. With `empty` NaN, their Dice is NaN, and in no average; their
   * specificity is 1, and counts.
   */
  readonly skipped: readonly number[];
  /** The sums, to add to those of other pieces and score again. */
  readonly overlap: Overlap;
}

const SCORE: readonly string[] = ["includeBackground", "beta", "empty"];
const LABELS: readonly string[] = ["classes", "ignoreIndex", "mask"];
const PROBABILITIES: readonly string[] = ["shape", "layout", "activation", "ignoreIndex", "mask", "threshold"];

/**
 * Scores two label maps: for each class the exact counts TP, FP, FN, TN and dice, jaccard, precision, recall
 * (sensitivity), specificity and F-beta; then their macro, micro and weighted averages. Nothing is smoothed.
 *
 * @param prediction integers, one label for each position
 * @param target as many integers
 * @param options see {@link LabelOptions}; `classes` is required. Positions where the target is `ignoreIndex` or `mask`
 *   is 0 are left out, whatever the labels there.
 * @returns see {@link Scores}; a ratio 0 / 0 is `empty` (NaN), and a class found in neither map is listed in `skipped`
 * @throws {TypeError} if `classes` is missing, or an argument or option is of the wrong kind
 * @throws {RangeError} if lengths differ, a label is no class (the first is named), or an option has an impossible value
 *
 * @example
 * const { classes, macro } = scoreLabels(Uint8Array.of(0, 1, 1, 2), Uint8Array.of(0, 1, 2, 2), { classes: 4 });
 * classes[1].precision; // 0.5
 * macro.dice; // (1 + 2/3 + 2/3) / 3: class 3 is in neither map
 */
export function scoreLabels(prediction: IntegerArray, target: IntegerArray, options: LabelOptions): Scores;
/**
 * The same for probabilities. The predicted classes are those that reach `threshold`; without one it is the largest, of
 * equals the lowest. Of logits it is the largest logit, even where an `activation` would round both to one probability.
 */
export function scoreLabels(prediction: Prediction, target: Target, options: ProbabilityOptions): Scores;
/** The same from the sums of hard data; samples are pooled. */
export function scoreLabels(overlap: Overlap, options?: ScoreOptions): Scores;
export function scoreLabels(first: Prediction | IntegerArray | Overlap, second?: unknown, third?: unknown): Scores {
  if (first instanceof Overlap) {
    refuseLate(third);
    return scoreOverlap(first, checkOptions<ScoreOptions>(second, "scoreLabels of an Overlap", SCORE));
  }
  if (isIntegers(first) || hasClasses(third)) {
    checkLabelMap("prediction", first);
    checkLabelMap("target", second);
    const options = checkOptions<LabelOptions>(third, "scoreLabels of two label maps", SCORE, LABELS);
    return scoreOverlap(overlapOfLabels(first, second, options), options);
  }
  const options = checkOptions<ProbabilityOptions>(third, "scoreLabels of probabilities", SCORE, PROBABILITIES);
  return scoreOverlap(overlapOfProbabilities(first, second as Target, options), options);
}

/** Whether these are the options for label maps, `classes` and no `shape`. */
function hasClasses(options: unknown): boolean {
  const given = Object(options);
  return "classes" in given && !("shape" in given);
}

function overlapOfLabels(prediction: IntegerArray, target: IntegerArray, options: LabelOptions): Overlap {
  if (target.length !== prediction.length)
    wrongValue("target", `length ${prediction.length} (as "prediction"; labels, not one-hot)`, target.length);
  const classes = checkCount("classes", options.classes, 1);
  const exclusion = readExclusion(options);
  checkMask(exclusion, target.length);
  return countLabels(callOf(prediction, target), classes, exclusion);
}

function overlapOfProbabilities(prediction: Prediction, target: Target, options: ProbabilityOptions): Overlap {
  const areLabels = isIntegers(target);
  const taking = readTaking(options, areLabels ? false : undefined); // counts are their own squares
  const isArgmax = taking.threshold === undefined;
  const geometry = checkOperands(prediction, target, options, taking, true);
  if (isArgmax && geometry.classes < 2) {
    const expected = 'a number, or a "shape" of two classes or more (label maps are integer typed arrays)';
    wrongValue("threshold", expected, undefined);
  }
  const taken =
    isArgmax && areLabels
      ? countLargest(callOf(prediction, target), geometry, taking)
      : overlapOf(prediction, target, geometry, taking, isArgmax ? chooseLargest : undefined);
  const overlap = geometry.positions === 1 && taken.samples !== 1 ? taken.pool() : taken; // samples of [N, C] are positions
  let chosen = 0;
  let positions = 0;
  for (let row = 0; row < overlap.samples * overlap.classes; row++) {
    const { P, T } = overlap.sizes(row, false);
    if (T !== overlap.sizes(row, true).T || T === Infinity) {
      const isSoft = (t: number): boolean => ![0, 1].includes(Math.fround(t)); // as it was summed
      refuseElement("target", "0 and 1 only (a threshold is of the prediction)", target, isSoft, "other values", taking);
    }
    chosen += P;
    positions += overlap.positionsOf(row);
  }
  // a position with NaN has no largest class, and under a threshold it stays NaN
  const isWhole = isArgmax ? chosen * overlap.classes === positions : !Number.isNaN(chosen);
  if (!isWhole) refuseElement("prediction", "numbers", prediction, Number.isNaN, "NaN", taking);
  return overlap;
}

/** Throws, naming the first element that is amiss or, as it may be one that is left out, what some are. */
function refuseElement(
  name: string,
  expected: string,
  array: Prediction | Target,
  isAmiss: (value: number) => boolean,
  some: string,
  { excludes }: Taking,
): never {
  const first = Array.prototype.findIndex.call(array, isAmiss);
  wrongContent(name, expected, excludes ? some : `${array[first]} at element ${first}`);
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
    const ofClass = pool.positionsOf(label);
    const sizes = hardSizes(pool, label, ofClass);
    classes.push(scoresOf(label, sizes, ofClass, beta, empty));
    if (sizes.P + sizes.T === 0) skipped.push(label);
    all.I += sizes.I;
    all.P += sizes.P;
    all.T += sizes.T;
    positions += ofClass;
  }
  const macro = averageOf(classes);
  const weighted = averageOf(classes, macro);
  const micro = averageOf([scoresOf(-1, all, positions, beta, empty)]);
  return { classes, macro, micro, weighted, skipped, overlap };
}

/**
 * The sizes of a class. Throws unless they can be counts of 0 and 1, which equal their squares; values in between have
 * smaller ones.
 */
function hardSizes(overlap: Rows, c: number, positions: number): Sizes {
  const values = overlap.sizes(c, false);
  const squares = overlap.sizes(c, true);
  const { I, P, T } = values;
  const areWhole = Number.isInteger(I) && Number.isInteger(P) && Number.isInteger(T);
  // beyond 2⁵³ differences of counts are rounded
  const fit = I <= P && I <= T && (P - I <= positions - T || positions > 2 ** 53);
  if (areWhole && fit && P === squares.P && T === squares.T) return values;
  const got = `sums of ${I}, ${P} and ${T}, and squares of ${squares.P} and ${squares.T}, over ${positions} positions`;
  wrongContent("overlap", "counts of hard data, 0 and 1, that fit together (take it with a threshold)", got);
}
