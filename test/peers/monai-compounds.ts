// MONAI's losses of two parts. Its cross-entropy is of the logits of all classes; its focal part of each class kept,
// always through a sigmoid. Their weighted means are over rows, not over weights: weighted parts are taken one by one.
import { diceCrossEntropyLoss, diceFocalLoss } from "../../src/index.ts";
import { call, extentOf, type Options, plus, times } from "./call.ts";
import type { Adapter, Answer, Case } from "./case.ts";
import { type Params as DiceParams, monai, monaiDice, monaiGeneralizedDice, targetOf, weightsOf } from "./monai.ts";

interface Params extends DiceParams {
  readonly lambda_dice?: number;
  readonly lambda_ce?: number;
  readonly label_smoothing?: number;
  readonly lambda_focal?: number;
  readonly lambda_gdl?: number;
  readonly gamma?: number;
}

export const monaiDiceCrossEntropy: Adapter = (given) => {
  const { lambda_dice = 1, lambda_ce = 1, squared_pred = false, include_background, weight } = given.params as Params;
  if (isWhole(given)) {
    const lambdas = { lambdaDice: lambda_dice, lambdaCrossEntropy: lambda_ce };
    return monai(given, diceCrossEntropyLoss, { ...lambdas, squared: squared_pred, ...labelSmoothingOf(given) });
  }
  const kept = Array.isArray(weight) && include_background === false ? weight.slice(1) : weight;
  const dice = monaiDice({ ...given, params: { ...given.params, weight: kept } });
  return plus(times(lambda_dice, dice), times(lambda_ce, crossEntropy(given)));
};

/** The weights are of all classes, whether or not the Dice part leaves out the background. */
function crossEntropy(given: Case): Answer {
  const { reduction = "mean", weight } = given.params as Params;
  const extent = extentOf(given.shape);
  const options: Options = {
    shape: given.shape,
    lambdaDice: 0,
    ...labelSmoothingOf(given),
    ...(weight != null && { weights: typeof weight === "number" ? new Array(extent[1]).fill(weight) : weight }),
    reduction,
  };
  return call(given, diceCrossEntropyLoss, given.input, targetOf(given, extent), options);
}

/** One class has none: its binary cross-entropy does not know it. */
function labelSmoothingOf({ params, shape }: Case): Options {
  return shape[1] === 1 ? {} : { labelSmoothing: (params as Params).label_smoothing ?? 0 };
}

export const monaiDiceFocal: Adapter = (given) => {
  const { lambda_dice = 1, lambda_focal = 1, squared_pred = false, batch, reduction } = given.params as Params;
  if (isWhole(given) && !(batch && reduction === "sum")) {
    const lambdas = { lambdaDice: lambda_dice, lambdaFocal: lambda_focal };
    return monai(given, diceFocalLoss, { ...lambdas, squared: squared_pred, ...focusOf(given) });
  }
  return plus(times(lambda_dice, monaiDice(given)), times(lambda_focal, focal(given)));
};

export const monaiGeneralizedDiceFocal: Adapter = (given) => {
  const { lambda_gdl = 1, lambda_focal = 1 } = given.params as Params;
  const dice = monaiGeneralizedDice({ ...given, params: { ...given.params, weight: null } });
  return plus(times(lambda_gdl, dice), times(lambda_focal, focal(given)));
};

/** Of each sample alone, for its sum does not know batches, and its mean of all elements is the same without them. */
function focal(given: Case): Answer {
  const params = given.params as Params;
  const extent = extentOf(given.shape);
  const weights = weightsOf(params, extent);
  const isWeightedMean = weights !== undefined && params.reduction !== "sum";
  const options: Options = {
    shape: given.shape,
    includeBackground: params.include_background !== false || extent[1] === 1,
    lambdaDice: 0,
    ...focusOf(given),
    ...(weights && { weights }),
    reduction: params.reduction === "sum" || isWeightedMean ? "sum" : "mean",
  };
  const answer = call(given, diceFocalLoss, given.input, targetOf(given, extent), options);
  return isWeightedMean ? times(1 / (extent[0] * weights.length), answer) : answer;
}

function focusOf({ params }: Case): Options {
  const { gamma = 2, alpha } = params as Params;
  return { gamma, ...(alpha != null && { alpha }) };
}

/** Whether one call gives both parts; without positions their regions differ. */
function isWhole({ params, shape }: Case): boolean {
  const { jaccard, other_act, weight } = params as Params;
  return !jaccard && other_act == null && weight == null && shape.length > 2;
}
