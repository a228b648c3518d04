// The public indices and losses of Dice and Jaccard, and the sums they are computed from. Each spells out its signatures,
// here and in tversky.ts: of a constant whose type they share, editors show no docs at a call.
import { isIntegers, type Prediction, type Target } from "./arrays.ts";
import { checkOptions } from "./check.ts";
import { overlapOf } from "./dispatch.ts";
import { DICE_COEFFICIENT, DICE_LOSS, evaluate, GENERALIZED_DICE_LOSS, JACCARD_INDEX, JACCARD_LOSS } from "./measures.ts";
import {
  type GeneralizedOptions,
  type IndexOptions,
  type LossOptions,
  type OverlapOptions,
  type Reduced,
  type ReducedOfSums,
  type Reduction,
  type Result,
  TAKING,
} from "./options.ts";
import type { Overlap } from "./overlap.ts";
import { checkOperands, readTaking } from "./settings.ts";

/**
 * The Dice coefficient, D = (2I + s) / (P + T + d), where I = Σp·t, P = Σp and T = Σt. Without smoothing, on hard masks,
 * it is the F1 score.
 *
 * @param prediction probabilities from 0 to 1, or logits with an `activation`
 * @param target floats from 0 to 1, one for each element of the prediction; or integers: a mask of 0 and 1, or, with a
 *   `shape` of two or more classes, a label map
 * @param options see {@link IndexOptions}; `smooth` (s and d) is 1 by default
 * @returns D, from 0 to 1 where the data are and s ≤ d (but see `squared`): the mean over the regions, or as `reduction`
 *   says; `"none"` gives a Float64Array with one value per region, samples first. Two empty masks give s / d, or `empty` (1)
 *   if d = 0. NaN in the data gives NaN.
 * @throws {TypeError} if an argument or an option is of the wrong kind, an option is unknown, or a buffer is detached
 * @throws {RangeError} if lengths do not match, a mask of integers holds anything but 0 and 1, a label is no class, or an
 *   option has an impossible value
 *
 * @example
 * diceCoefficient([0.9, 0.2, 0.8], [1, 0, 1], { smooth: 0 }); // 2·1.7 / (1.9 + 2) = 0.8718
 *
 * @see Dice, L. R. (1945) Measures of the amount of ecologic association between species; Sørensen, T. (1948)
 */
export function diceCoefficient<R extends Reduction = "mean">(
  prediction: Prediction,
  target: Target,
  options?: Reduced<IndexOptions, R>,
): Result<R>;
/** The same from the sums of an {@link overlap}. */
export function diceCoefficient<R extends Reduction = "mean">(
  overlap: Overlap,
  options?: ReducedOfSums<IndexOptions, R>,
): Result<R>;
/** The same without options, as lists and callbacks of losses take it. */
export function diceCoefficient(prediction: Prediction, target: Target): number;
export function diceCoefficient(first: Prediction | Overlap, second?: unknown, third?: unknown): number | Float64Array {
  return evaluate(DICE_COEFFICIENT, first, second, third);
}

/**
 * The Dice loss, 1 − D, where D = (2I + s) / (P + T + d) is the {@link diceCoefficient}; `form` selects −D or −ln D
 * instead.
 *
 * With `squared` it is V-Net's loss: the denominator is Σp² + Σt² + d. Takes the same arguments as
 * {@link diceCoefficient}.
 *
 * @param options see {@link LossOptions}
 * @returns the loss, from 0 to 1 in the default form, reduced as by {@link diceCoefficient}. Two empty masks give 0 by
 *   default.
 * @throws {TypeError | RangeError} as {@link diceCoefficient} does
 *
 * @example
 * diceLoss([0.9, 0.2, 0.8], [1, 0, 1]); // 1 − 4.4 / 4.9 = 0.1020
 *
 * @see Milletari, F. et al. (2016) V-Net, https://arxiv.org/abs/1606.04797
 */
export function diceLoss<R extends Reduction = "mean">(
  prediction: Prediction,
  target: Target,
  options?: Reduced<LossOptions, R>,
): Result<R>;
/** The same from the sums of an {@link overlap}. */
export function diceLoss<R extends Reduction = "mean">(overlap: Overlap, options?: ReducedOfSums<LossOptions, R>): Result<R>;
/** The same without options, as lists and callbacks of losses take it. */
export function diceLoss(prediction: Prediction, target: Target): number;
export function diceLoss(first: Prediction | Overlap, second?: unknown, third?: unknown): number | Float64Array {
  return evaluate(DICE_LOSS, first, second, third);
}

/**
 * The Jaccard index, or intersection over union, J = (I + s) / (P + T − I + d). Without smoothing J = D / (2 − D).
 *
 * Takes the same arguments and options as {@link diceCoefficient}.
 *
 * @returns J, from 0 to 1, reduced and for empty masks as by {@link diceCoefficient}
 * @throws {TypeError | RangeError} as {@link diceCoefficient} does
 *
 * @example
 * jaccardIndex([1, 1, 0, 0], [1, 0, 1, 0], { smooth: 0 }); // 1 / 3 = 0.3333
 *
 * @see Jaccard, P. (1901) Étude comparative de la distribution florale
 */
export function jaccardIndex<R extends Reduction = "mean">(
  prediction: Prediction,
  target: Target,
  options?: Reduced<IndexOptions, R>,
): Result<R>;
/** The same from the sums of an {@link overlap}. */
export function jaccardIndex<R extends Reduction = "mean">(overlap: Overlap, options?: ReducedOfSums<IndexOptions, R>): Result<R>;
/** The same without options, as lists and callbacks of losses take it. */
export function jaccardIndex(prediction: Prediction, target: Target): number;
export function jaccardIndex(first: Prediction | Overlap, second?: unknown, third?: unknown): number | Float64Array {
  return evaluate(JACCARD_INDEX, first, second, third);
}

/**
 * The Jaccard loss, 1 − J, where J is the {@link jaccardIndex}; `form` selects −J or −ln J instead.
 *
 * Takes the same arguments as {@link diceCoefficient}.
 *
 * @param options see {@link LossOptions}
 * @returns the loss, from 0 to 1 in the default form, reduced as by {@link diceCoefficient}. Two empty masks give 0 by
 *   default.
 * @throws {TypeError | RangeError} as {@link diceCoefficient} does
 *
 * @example
 * jaccardLoss([1, 1, 0, 0], [1, 0, 1, 0], { smooth: 0 }); // 2 / 3 = 0.6667
 */
export function jaccardLoss<R extends Reduction = "mean">(
  prediction: Prediction,
  target: Target,
  options?: Reduced<LossOptions, R>,
): Result<R>;
/** The same from the sums of an {@link overlap}. */
export function jaccardLoss<R extends Reduction = "mean">(overlap: Overlap, options?: ReducedOfSums<LossOptions, R>): Result<R>;
/** The same without options, as lists and callbacks of losses take it. */
export function jaccardLoss(prediction: Prediction, target: Target): number;
export function jaccardLoss(first: Prediction | Overlap, second?: unknown, third?: unknown): number | Float64Array {
  return evaluate(JACCARD_LOSS, first, second, third);
}

/**
 * The generalized Dice loss: for each sample, 1 − (2Σw·I + s) / (Σw·(P + T) + d); `form` selects another form of that
 * ratio. The sums run over the classes kept, before the one division.
 *
 * A class has the weight 1/T² (`weighting: "square"`), 1/T (`"simple"`) or 1 (`"uniform"`), T being its sum in the target
 * (with `squared`, of squares) of that sample, or of all samples with `batch`. A class absent from the target takes the
 * largest weight among the other classes of its sample; if all are absent, their weight is 1, so that false positives still
 * count. The gradient treats the weights as constants.
 *
 * @param prediction probabilities from 0 to 1, or logits with an `activation`
 * @param target floats of the same shape, or a label map
 * @param options see {@link GeneralizedOptions}
 * @returns the loss, from 0 to 1 in the default form: the mean over the samples, or as `reduction` says; `"none"` gives a
 *   Float64Array with one value per sample. By default 0 if everything is empty. NaN in the data gives NaN.
 * @throws {TypeError | RangeError} as {@link diceCoefficient} does
 *
 * @example
 * generalizedDiceLoss([0.9, 0.2, 0.8, 0.1, 0.8, 0.2], Uint8Array.of(0, 1, 0), { shape: [1, 2, 3], smooth: 0 }); // 0.2033
 *
 * @see Sudre, C. H. et al. (2017) Generalised Dice overlap, https://arxiv.org/abs/1707.03237
 */
export function generalizedDiceLoss<R extends Reduction = "mean">(
  prediction: Prediction,
  target: Target,
  options?: Reduced<GeneralizedOptions, R>,
): Result<R>;
/** The same from the sums of an {@link overlap}. */
export function generalizedDiceLoss<R extends Reduction = "mean">(
  overlap: Overlap,
  options?: ReducedOfSums<GeneralizedOptions, R>,
): Result<R>;
/** The same without options, as lists and callbacks of losses take it. */
export function generalizedDiceLoss(prediction: Prediction, target: Target): number;
export function generalizedDiceLoss(first: Prediction | Overlap, second?: unknown, third?: unknown): number | Float64Array {
  return evaluate(GENERALIZED_DICE_LOSS, first, second, third);
}

/**
 * The sums of a prediction and a target, as an {@link Overlap}. Every index and loss but the compound ones (with
 * cross-entropy or focal loss) takes it in place of the arrays, and the overlaps of pieces add up to the overlap of the
 * whole.
 *
 * @param prediction probabilities from 0 to 1, or logits with an `activation`
 * @param target floats from 0 to 1, one for each element of the prediction; or integers: a mask of 0 and 1, or, with a
 *   `shape` of two or more classes, a label map
 * @param options see {@link OverlapOptions}
 * @returns the sums of every region
 * @throws {TypeError | RangeError} as {@link diceCoefficient} does
 *
 * @example
 * const sums = overlap([0.9, 0.2, 0.8], [1, 0, 1]);
 * diceCoefficient(sums, { smooth: 0 }); // 0.8718, and from the same sums:
 * jaccardIndex(sums, { smooth: 0 }); // 0.7727
 */
export function overlap(prediction: Prediction, target: Target, options?: OverlapOptions): Overlap {
  const given = checkOptions<OverlapOptions>(options, "overlap", TAKING);
  const areCounts = given.threshold !== undefined && isIntegers(target); // which are their own squares
  const taking = readTaking(given, areCounts ? false : undefined);
  const geometry = checkOperands(prediction, target, given, taking, false);
  return overlapOf(prediction, target, geometry, taking);
}
