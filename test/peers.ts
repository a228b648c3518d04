// How each peer's losses and metrics are said in this package's options, and how close the results are.
import type { Adapter } from "./peers/case.ts";
import {
  confusionMatrix,
  sklearnFBeta,
  sklearnJaccardOfLabels,
  sklearnJaccardOfMasks,
  tfaFBeta,
  tmDiceScore,
  tmMeanIou,
  volumetricDice,
} from "./peers/counts.ts";
import { korniaDice, korniaMeanIou, korniaTversky } from "./peers/kornia.ts";
import { monaiDice, monaiGeneralizedDice, monaiMaskedDice, monaiTversky } from "./peers/monai.ts";
import { monaiDiceCrossEntropy, monaiDiceFocal, monaiGeneralizedDiceFocal } from "./peers/monai-compounds.ts";
import { confusionMatrixMetric, diceMetric, generalizedDiceMetric, iouMetric } from "./peers/monai-metrics.ts";
import { smpDice, smpDiceScore, smpJaccard, smpJaccardScore, smpTversky, smpTverskyScore } from "./peers/smp.ts";
import { kerasDice, kerasTversky, nnunetDice } from "./peers/trainers.ts";

/** Losses of soft predictions; their sums are taken in float32 lanes. */
export const SOFT: Readonly<Record<string, Adapter>> = {
  dice_loss: monaiDice,
  tversky_loss: monaiTversky,
  generalized_dice_loss: monaiGeneralizedDice,
  masked_dice_loss: monaiMaskedDice,
  dice_ce_loss: monaiDiceCrossEntropy,
  dice_focal_loss: monaiDiceFocal,
  generalized_dice_focal_loss: monaiGeneralizedDiceFocal,
  smp_dice_loss: smpDice,
  smp_jaccard_loss: smpJaccard,
  smp_tversky_loss: smpTversky,
  smp_soft_dice_score: smpDiceScore,
  smp_soft_jaccard_score: smpJaccardScore,
  smp_soft_tversky_score: smpTverskyScore,
  nnunet_soft_dice_loss: nnunetDice,
  nnunet_memory_efficient_soft_dice_loss: nnunetDice,
  keras_dice_loss: kerasDice,
  keras_tversky_loss: kerasTversky,
  kornia_dice_loss: korniaDice,
  kornia_tversky_loss: korniaTversky,
};

/** Scores of masks and labels, whose sums are exact counts. */
export const HARD: Readonly<Record<string, Adapter>> = {
  dice_metric: diceMetric,
  generalized_dice_metric: generalizedDiceMetric,
  iou_metric: iouMetric,
  confusion_matrix: confusionMatrix,
  confusion_matrix_metric: confusionMatrixMetric,
  tm_dice_score: tmDiceScore,
  tm_mean_iou: tmMeanIou,
  tfa_fbeta_score: tfaFBeta,
  f1_score_labels: sklearnFBeta,
  fbeta_score_labels: sklearnFBeta,
  jaccard_score_labels: sklearnJaccardOfLabels,
  jaccard_score_multilabel: sklearnJaccardOfMasks,
  kornia_mean_iou: korniaMeanIou,
  volumetric_dice: volumetricDice,
};

/** Kinds of the file that are not this package's. */
export const ELSEWHERE: readonly string[] = ["smp_mcc_loss", "generalized_wasserstein_dice_loss"];

/**
 * How far a result may be off where a case asks for more than float32 can give: the inputs are rounded to float32, and so
 * are probabilities and the sums of short blocks. Of values above 1, which are sums over positions, in parts of the largest.
 * Counts have no floor.
 */
export const VALUE_FLOOR = 1e-7;
/** The same for a gradient, in parts of its largest element: a softmax subtracts much larger numbers from each other. */
export const GRADIENT_FLOOR = 1.2e-6;
/** Half a step of float32 below 1: where all probabilities are nearly 0 or 1, no 1 − p is closer, nor what is made of it. */
export const SATURATED = 2 ** -25;
/** How many floors wide the floor of a tanh is: its sums cancel. */
export const CANCELLING = 64;
