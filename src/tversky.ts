// The public index and losses of Tversky, which weigh false positives against false negatives.
import type { Prediction, Target } from "./arrays.ts";
import { evaluate, FOCAL_TVERSKY_LOSS, TVERSKY_INDEX, TVERSKY_LOSS } from "./measures.ts";
import type {
  FocalTverskyOptions,
  IndexOptions,
  LossOptions,
  Reduced,
  ReducedOfSums,
  Reduction,
  Result,
  TverskyWeights,
} from "./options.ts";
import type { Overlap } from "./overlap.ts";

/**
 * The Tversky index, TI = (I + s) / (I + α(P − I) + β(T − I) + d): α weights false positives, β false negatives.
 *
 * α = β = ½ gives the Dice coefficient with smoothing 2s and 2d, since s is added to I and not to 2I; α = β = 1 gives the
 * Jaccard index, α + β = 1 the F-measures. Takes the same arguments as `diceCoefficient`.
 *
 * @param options see {@link IndexOptions} and {@link TverskyWeights}
 * @returns TI, from 0 to 1 as D is, reduced and for empty masks as by `diceCoefficient`
 * @throws {TypeError | RangeError} as `diceCoefficient` does
 *
 * @example
 * tverskyIndex([1, 1, 0, 0], [1, 0, 0, 0], { alpha: 0.3, beta: 0.7, smooth: 0 }); // 1 / (1 + 0.3) = 0.7692
 *
 * @see Tversky, A. (1977) Features of similarity
 */
export function tverskyIndex<R extends Reduction = "mean">(
  prediction: Prediction,
  target: Target,
  options?: Reduced<IndexOptions & TverskyWeights, R>,
): Result<R>;
/** The same from the sums of an {@link overlap}. */
export function tverskyIndex<R extends Reduction = "mean">(
  overlap: Overlap,
  options?: ReducedOfSums<IndexOptions & TverskyWeights, R>,
): Result<R>;
/** The same without options, as lists and callbacks of losses take it. */
export function tverskyIndex(prediction: Prediction, target: Target): number;
export function tverskyIndex(first: Prediction | Overlap, second?: unknown, third?: unknown): number | Float64Array {
  return evaluate(TVERSKY_INDEX, first, second, third);
}

/**
 * The Tversky loss, 1 − TI, where TI is the {@link tverskyIndex}; `form` selects −TI or −ln TI instead.
 *
 * Takes the same arguments as `diceCoefficient`.
 *
 * @param options see {@link LossOptions} and {@link TverskyWeights}
 * @returns the loss, from 0 to 1 in the default form, reduced as by `diceCoefficient`. Two empty masks give 0 by
 *   default.
 * @throws {TypeError | RangeError} as `diceCoefficient` does
 *
 * @example
 * tverskyLoss([1, 1, 0, 0], [1, 0, 0, 0], { alpha: 0.3, beta: 0.7, smooth: 0 }); // 0.2308
 *
 * @see Salehi, S. S. M. et al. (2017) Tversky loss function, https://arxiv.org/abs/1706.05721
 */
export function tverskyLoss<R extends Reduction = "mean">(
  prediction: Prediction,
  target: Target,
  options?: Reduced<LossOptions & TverskyWeights, R>,
): Result<R>;
/** The same from the sums of an {@link overlap}. */
export function tverskyLoss<R extends Reduction = "mean">(
  overlap: Overlap,
  options?: ReducedOfSums<LossOptions & TverskyWeights, R>,
): Result<R>;
/** The same without options, as lists and callbacks of losses take it. */
export function tverskyLoss(prediction: Prediction, target: Target): number;
export function tverskyLoss(first: Prediction | Overlap, second?: unknown, third?: unknown): number | Float64Array {
  return evaluate(TVERSKY_LOSS, first, second, third);
}

/**
 * The focal Tversky loss, (1 − TI)^γ, where TI is the {@link tverskyIndex}.
 *
 * Where TI = 1 its gradient is taken as 0: for γ < 1 it would be infinite. Takes the same arguments as
 * `diceCoefficient`.
 *
 * @param options see {@link FocalTverskyOptions}; `gamma` is 0.75 by default, the paper's 1/γ with γ = 4/3
 * @returns the loss, from 0 to 1, reduced as by `diceCoefficient`. Two empty masks give 0 by default.
 * @throws {TypeError | RangeError} as `diceCoefficient` does
 *
 * @example
 * focalTverskyLoss([1, 1, 0, 0], [1, 0, 0, 0], { alpha: 0.3, beta: 0.7, smooth: 0 }); // 0.2308^0.75 = 0.3330
 *
 * @see Abraham, N. & Khan, N. M. (2018) A novel focal Tversky loss, https://arxiv.org/abs/1810.07842
 */
export function focalTverskyLoss<R extends Reduction = "mean">(
  prediction: Prediction,
  target: Target,
  options?: Reduced<FocalTverskyOptions, R>,
): Result<R>;
/** The same from the sums of an {@link overlap}. */
export function focalTverskyLoss<R extends Reduction = "mean">(
  overlap: Overlap,
  options?: ReducedOfSums<FocalTverskyOptions, R>,
): Result<R>;
/** The same without options, as lists and callbacks of losses take it. */
export function focalTverskyLoss(prediction: Prediction, target: Target): number;
export function focalTverskyLoss(first: Prediction | Overlap, second?: unknown, third?: unknown): number | Float64Array {
  return evaluate(FOCAL_TVERSKY_LOSS, first, second, third);
}
