// MONAI's losses. Their mean is over rows, not over weights; Jaccard's smoothing is added to the doubled ratio.
import { diceLoss, generalizedDiceLoss, jaccardLoss, type Loss, type Target, tverskyLoss } from "../../src/index.ts";
import { type Activated, identity, logSoftmax, sigmoid, softmax, tanh, through } from "./activation.ts";
import { call, type Extent, extentOf, maskOf, type Options, oneHot, placeOf, planesOf, sum, times } from "./call.ts";
import type { Adapter, Answer, Case } from "./case.ts";

export interface Params {
  readonly include_background?: boolean;
  readonly to_onehot_y?: boolean;
  readonly sigmoid?: boolean;
  readonly softmax?: boolean;
  readonly other_act?: "tanh" | "log_softmax" | null;
  readonly squared_pred?: boolean;
  readonly jaccard?: boolean;
  readonly reduction?: "mean" | "sum" | "none";
  readonly smooth_nr?: number;
  readonly smooth_dr?: number;
  readonly batch?: boolean;
  readonly weight?: number | readonly number[] | null;
  readonly soft_label?: boolean;
  readonly ignore_index?: number | null;
  readonly mask_after_activation?: boolean;
  readonly alpha?: number;
  readonly beta?: number;
  readonly w_type?: "square" | "simple" | "uniform";
}

export const monaiDice: Adapter = (given) => {
  const { jaccard = false, squared_pred = false } = given.params as Params;
  return monai(given, jaccard ? jaccardLoss : diceLoss, { squared: squared_pred }, jaccard ? 0.5 : 1);
};

/**
 * MONAI multiplies input and target by the mask; until its PR 8704 before all else, so that what is masked has the activation
 * of 0, and since then after the activation. Either way a label map is masked before it becomes one-hot: what is masked has
 * the label 0, which counts unless the background is left out.
 */
export const monaiMaskedDice: Adapter = (given) => {
  const { mask, expected_since_pr8704, ...unmasked } = given;
  const { mask_after_activation, to_onehot_y, include_background } = given.params as Params;
  const extent = extentOf(given.shape);
  const isAfter = mask_after_activation || expected_since_pr8704 != null;
  const isLabelOfMasked = to_onehot_y && include_background !== false && extent[1] > 1;
  if (!mask || (isAfter && !isLabelOfMasked)) return monaiDice(given);
  const kept = maskOf(mask, extent);
  const masked = (list: readonly number[], of: Extent) => list.map((value, i) => value * kept[placeOf(i, of)]);
  const activated = isAfter ? probabilitiesOf(given, extent) : identity(given.input);
  const params = isAfter ? { ...given.params, sigmoid: false, softmax: false, other_act: null } : given.params;
  const values = masked(activated.values, extent);
  const answer = monaiDice({ ...unmasked, params, input: values, target: masked(given.target, extentOf(given.target_shape)) });
  return through({ values, back: (gradient) => activated.back(masked(Array.from(gradient), extent)) }, answer);
};

export const monaiTversky: Adapter = (given) => {
  const { alpha = 0.5, beta = 0.5 } = given.params as Params;
  return monai(given, tverskyLoss, { alpha, beta });
};

export const monaiGeneralizedDice: Adapter = (given) => {
  const { w_type = "square" } = given.params as Params;
  return monai(given, generalizedDiceLoss, { weighting: w_type });
};

/** A case through one function; `own` are the options that are its alone. */
export function monai(given: Case, loss: Loss, own: Options, smoothing = 1): Answer {
  const params = given.params as Params;
  if (given.shape.length === 2 && !params.batch) return monaiOfAll(given, loss, own, smoothing);
  const extent = extentOf(given.shape);
  const weights = weightsOf(params, extent);
  const { reduction = "mean", smooth_nr = 1e-5, smooth_dr = 1e-5 } = params;
  const options: Options = {
    ...own,
    ...commonOptions(given, extent),
    smooth: { numerator: smoothing * smooth_nr, denominator: smoothing * smooth_dr },
    ...(smooth_nr === 0 && smooth_dr === 0 && { empty: Number.NaN }), // MONAI divides 0 by 0
    ...(weights && { weights }),
    reduction: weights && reduction === "mean" ? "sum" : reduction,
  };
  const activated = activate(given, extent);
  const answer = through(activated, call(given, loss, activated.values, targetOf(given, extent), options));
  if (!weights || reduction !== "mean") return answer;
  return times(1 / (weights.length * (params.batch ? 1 : extent[0])), answer);
}

/** What the rows are taken of. */
function commonOptions(given: Case, extent: Extent): Options {
  const { params, shape } = given;
  const { include_background, sigmoid, softmax, squared_pred, soft_label, batch } = params as Params;
  const single = extent[1] === 1;
  return {
    shape,
    activation: sigmoid ? "sigmoid" : softmax && !single ? "softmax" : "none",
    includeBackground: include_background !== false || single,
    intersection: soft_label && !squared_pred ? "minimum" : "product",
    batch: batch ?? false,
    ...whereOf(given, extent),
  };
}

/**
 * Which positions count: all but those masked, or labelled `ignore_index`: by a value, by a one in its channel or, where it
 * has none, by no one in any.
 */
function whereOf({ params, target, mask }: Case, extent: Extent): Options {
  const { to_onehot_y, ignore_index } = params as Params;
  const [, classes] = extent;
  if (mask) return { mask: maskOf(mask, extent) };
  if (ignore_index == null) return {};
  if (to_onehot_y && classes > 1) return { ignoreIndex: ignore_index };
  const [channel, ignored] = classes === 1 ? [0, ignore_index] : [ignore_index, 1];
  if (channel < 0 || channel >= classes) {
    const planes = Array.from({ length: classes }, (_, c) => planesOf(target, extent, c));
    return { mask: Uint8Array.from(planes[0], (_, i) => Number(planes.some((plane) => plane[i] > 0))) };
  }
  return { mask: Uint8Array.from(planesOf(target, extent, channel), (value) => Number(value !== ignored)) };
}

/** A label map where MONAI makes one-hot of one; it does not for a single class. */
export function targetOf({ params, target }: Case, [, classes]: Extent): Target {
  return (params as Params).to_onehot_y && classes > 1 ? Int32Array.from(target) : target;
}

/** One for each class kept; none where there is but one, as MONAI leaves them out then. */
export function weightsOf({ weight, include_background }: Params, [, classes]: Extent): readonly number[] | undefined {
  const kept = include_background === false && classes > 1 ? classes - 1 : classes;
  if (weight == null || kept === 1) return undefined;
  return typeof weight === "number" ? new Array(kept).fill(weight) : weight;
}

/** What the library leaves to its caller. */
function activate({ params, input }: Case, extent: Extent): Activated {
  const { other_act } = params as Params;
  if (other_act === "tanh") return tanh(input);
  return other_act === "log_softmax" ? logSoftmax(input, extent) : identity(input);
}

/** What any activation makes of the input, in float64. */
export function probabilitiesOf(given: Case, extent: Extent): Activated {
  const { sigmoid: isSigmoid, softmax: isSoftmax } = given.params as Params;
  if (isSigmoid) return sigmoid(given.input);
  return isSoftmax && extent[1] > 1 ? softmax(given.input, extent) : activate(given, extent);
}

/** [N, C] without `batch`: MONAI sums over everything, so that all classes of all samples are one region. */
function monaiOfAll(given: Case, loss: Loss, own: Options, smoothing: number): Answer {
  const { include_background, to_onehot_y, reduction = "mean", ignore_index, ...params } = given.params as Params;
  if (given.mask || ignore_index != null) throw new Error("no position to leave out");
  const extent = extentOf(given.shape);
  const [samples, classes] = extent;
  const { values, back } = probabilitiesOf(given, extent);
  const planes = to_onehot_y && classes > 1 ? oneHot(given.target, extent) : given.target;
  const kept = Array.from(values.keys()).filter((i) => include_background !== false || classes === 1 || i % classes > 0);
  const one: Case = {
    ...given,
    params: { ...params, sigmoid: false, softmax: false, other_act: null, weight: null },
    shape: [1, 1, kept.length],
    input: kept.map((i) => values[i]),
    target: kept.map((i) => planes[i]),
  };
  const inPlace = (gradient: ArrayLike<number>) => {
    const whole = new Float64Array(samples * classes);
    for (const [k, i] of kept.entries()) whole[i] = gradient[k];
    return back(whole);
  };
  const answer = through({ values, back: inPlace }, monai(one, loss, own, smoothing));
  const weights = weightsOf(given.params, extent) ?? [1]; // of which each takes the one value
  const reduced = times(sum(weights) / (reduction === "mean" ? weights.length : 1), answer);
  return reduction === "none" ? { ...reduced, values: weights.map((weight) => weight * answer.values[0]) } : reduced;
}
