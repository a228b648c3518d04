// The two losses that are made of two parts: Dice plus cross-entropy, and Dice plus focal loss, both of logits.
import type { Prediction, Target } from "./arrays.ts";
import type { Result } from "./losses.ts";
import { DICE_CROSS_ENTROPY_LOSS, DICE_FOCAL_LOSS, evaluate } from "./measures.ts";
import type { DiceCrossEntropyOptions, DiceFocalOptions } from "./options.ts";

/**
 * Dice plus cross-entropy, λ_dice·(1 − D) + λ_ce·CE, of logits: the loss that segmentation networks are mostly trained with.
 *
 * D is the {@link diceCoefficient} of the softmax of the logits (of one class the sigmoid), with all its options. CE is the mean
 * over positions of −ln softmax(x) of the true class, by a stable log-sum-exp: Σ w·t′·(ln Σ e^x − x) with t′ = (1 − ε)·t + ε / C,
 * over all classes whatever `includeBackground` says. Of one class it is binary: −ln σ(x) where t = 1, whose weight is then
 * that of the positives, and −ln σ(−x) where t = 0. Weighted labels are divided by Σw of the labels, shares of floats by the
 * positions, as in PyTorch; "sum" divides by nothing.
 *
 * @param prediction logits, any float
 * @param target floats of the same shape, 0 to 1, or integers: a label map, or without classes a mask of 0 and 1
 * @param options see {@link DiceCrossEntropyOptions}
 * @returns the loss, 0 or more for the default form; without positions (all ignored) its cross-entropy is 0; NaN in the data
 *   gives NaN; a true class at −Infinity gives a huge finite loss (1e20)
 * @throws {TypeError | RangeError} as {@link diceCoefficient} does; for an Overlap, whose sums cannot tell; for the reduction
 *   "none"; for `labelSmoothing` of one class
 *
 * @example
 * diceCrossEntropyLoss([2, -1, 0.5, 1, 0, -3], Uint8Array.of(0, 1, 0), { shape: [1, 2, 3] }); // 0.1507 + 0.2188 = 0.3694
 *
 * @see Isensee, F. et al. (2021) nnU-Net, https://doi.org/10.1038/s41592-020-01008-z
 */
export function diceCrossEntropyLoss(prediction: Prediction, target: Target, options?: DiceCrossEntropyOptions): number {
  return evaluate(DICE_CROSS_ENTROPY_LOSS, prediction, target, options) as number;
}

/**
 * Dice plus focal loss, in each region λ_dice·(1 − D) + λ_focal·F, of logits.
 *
 * D is the {@link diceCoefficient} of the sigmoid of the logits, with all its options. F is the mean over the region's
 * positions of a·(1 − q)^γ·(−ln q), where q is σ(x) where t = 1 and σ(−x) where t = 0, and a is α or 1 − α, or 1 without α;
 * soft targets as in MONAI: a·e^(−γ·softplus(x(2t − 1)))·BCE(x, t), a = αt + (1 − α)(1 − t). Each class is by itself.
 *
 * @param prediction logits, any float
 * @param target floats of the same shape, 0 to 1, or integers: a label map, or without classes a mask of 0 and 1
 * @param options see {@link DiceFocalOptions}
 * @returns the loss, 0 or more for the default form, or with `reduction: "none"` one value for each region; a region without
 *   positions has no focal loss; NaN in the data gives NaN; a true class at −Infinity gives a huge finite loss (1e20)
 * @throws {TypeError | RangeError} as {@link diceCoefficient} does; for an Overlap, whose sums cannot tell
 *
 * @example
 * diceFocalLoss([2, -1, 0.5], Uint8Array.of(1, 0, 1)); // 0.1604 + 0.0307 = 0.1911
 *
 * @see Lin, T.-Y. et al. (2017) Focal loss for dense object detection, https://arxiv.org/abs/1708.02002;
 *   Zhu, W. et al. (2018) AnatomyNet, https://arxiv.org/abs/1808.05238
 */
export function diceFocalLoss<O extends DiceFocalOptions = object>(
  prediction: Prediction,
  target: Target,
  options?: O,
): Result<O> {
  return evaluate(DICE_FOCAL_LOSS, prediction, target, options) as Result<O>;
}
