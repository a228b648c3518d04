// The two compound losses, both of logits: Dice plus cross-entropy, and Dice plus focal loss.
import type { Prediction, Target } from "./arrays.ts";
import { DICE_CROSS_ENTROPY_LOSS, DICE_FOCAL_LOSS, evaluateCompound } from "./measures.ts";
import type { DiceCrossEntropyOptions, DiceFocalOptions, Reduced, Reduction, Result } from "./options.ts";

/**
 * Dice plus cross-entropy of logits, λ_dice·(1 − D) + λ_ce·CE: the loss that most segmentation networks are trained with.
 *
 * D is the {@link diceCoefficient}, with all its options, of the softmax of the logits (of the sigmoid if there is one
 * class). CE is the mean over the positions of −ln softmax(x) of the true class, by a stable log-sum-exp:
 * Σ w·t′·(ln Σ e^x − x) with t′ = (1 − ε)·t + ε / C, over all classes, whatever `includeBackground` says. With one class
 * it is binary: −ln σ(x) where t = 1, with the class's weight, and −ln σ(−x) where t = 0. As in PyTorch, the mean for
 * label maps divides by Σw over the labels, for float targets and masks by the number of positions; the reduction `"sum"`
 * does not divide.
 *
 * @param prediction logits, any float
 * @param target floats of the same shape, from 0 to 1; or integers: a label map, or, with one class, a mask of 0 and 1
 * @param options see {@link DiceCrossEntropyOptions}
 * @returns the loss, 0 or more in the default form. Without positions (all ignored) the cross-entropy is 0. NaN in the
 *   data gives NaN. The cross-entropy takes every class, also one that `empty: NaN` leaves out of D. Logits are held
 *   within ±1e20: a true class at −Infinity costs 1e20 or more, and larger logits are equal.
 * @throws {TypeError | RangeError} as {@link diceCoefficient} does; for an Overlap, whose sums do not determine the
 *   cross-entropy; for the reduction `"none"`; for `labelSmoothing` with one class
 *
 * @example
 * diceCrossEntropyLoss([2, -1, 0.5, 1, 0, -3], Uint8Array.of(0, 1, 0), { shape: [1, 2, 3] }); // 0.1507 + 0.2188 = 0.3694
 *
 * @see Isensee, F. et al. (2021) nnU-Net, https://doi.org/10.1038/s41592-020-01008-z
 */
export function diceCrossEntropyLoss(prediction: Prediction, target: Target, options?: DiceCrossEntropyOptions): number;
/** The same without options, as lists and callbacks of losses take it. */
export function diceCrossEntropyLoss(prediction: Prediction, target: Target): number;
export function diceCrossEntropyLoss(prediction: Prediction, target: Target, options?: DiceCrossEntropyOptions): number {
  return evaluateCompound(DICE_CROSS_ENTROPY_LOSS, prediction, target, options) as number;
}

/**
 * Dice plus focal loss of logits, λ_dice·(1 − D) + λ_focal·F in each region.
 *
 * D is the {@link diceCoefficient}, with all its options, of the sigmoid of the logits. F is the mean over the region's
 * positions of a·(1 − q)^γ·(−ln q): q is σ(x) where t = 1 and σ(−x) where t = 0; a is α and 1 − α respectively, or 1
 * without `alpha`. For soft targets it is MONAI's a·e^(−γ·softplus(x(2t − 1)))·BCE(x, t) with a = αt + (1 − α)(1 − t).
 * Each class is independent.
 *
 * @param prediction logits, any float
 * @param target floats of the same shape, from 0 to 1; or integers: a label map, or, with one class, a mask of 0 and 1
 * @param options see {@link DiceFocalOptions}
 * @returns the loss, 0 or more in the default form; with `reduction: "none"` a Float64Array with one value per region. A
 *   region without positions has no focal loss, nor has one that `empty: NaN` leaves out. NaN in the data gives NaN. A
 *   true class at −Infinity gives a huge finite loss (1e20).
 * @throws {TypeError | RangeError} as {@link diceCoefficient} does; for an Overlap, whose sums do not determine the focal
 *   loss
 *
 * @example
 * diceFocalLoss([2, -1, 0.5], Uint8Array.of(1, 0, 1)); // 0.1604 + 0.0307 = 0.1911
 *
 * @see Lin, T.-Y. et al. (2017) Focal loss for dense object detection, https://arxiv.org/abs/1708.02002; Zhu, W. et al.
 *   (2018) AnatomyNet, https://arxiv.org/abs/1808.05238
 */
export function diceFocalLoss<R extends Reduction = "mean">(
  prediction: Prediction,
  target: Target,
  options?: Reduced<DiceFocalOptions, R>,
): Result<R>;
/** The same without options, as lists and callbacks of losses take it. */
export function diceFocalLoss(prediction: Prediction, target: Target): number;
export function diceFocalLoss(prediction: Prediction, target: Target, options?: DiceFocalOptions): number | Float64Array {
  return evaluateCompound(DICE_FOCAL_LOSS, prediction, target, options);
}
