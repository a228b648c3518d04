// nnU-Net, whose losses are −D, and Keras, which adds its epsilon below the line alone and pools all but the axes left.
import { diceLoss, type Loss, overlap, tverskyLoss } from "../../src/index.ts";
import { type Activated, identity, sigmoid, softmax, softmaxOption, through } from "./activation.ts";
import { call, type Extent, extentOf, maskOf, type Options, oneHot, rowsOf } from "./call.ts";
import type { Adapter, Answer, Case } from "./case.ts";

interface NnUNet {
  readonly apply_nonlin?: "none" | "sigmoid" | "softmax" | null;
  readonly batch_dice: boolean;
  readonly do_bg: boolean;
  readonly smooth: number;
  /** What the intersection of a region is at least. */
  readonly clip_tp?: number | null;
}

export const nnunetDice: Adapter = (given) => {
  const { apply_nonlin, batch_dice, do_bg, smooth, clip_tp } = given.params as unknown as NnUNet;
  const extent = extentOf(given.shape);
  const isOfLabels = given.target.length < given.input.length;
  const mask = given.mask && maskOf(given.mask, extent);
  const options: Options = { form: "negative", includeBackground: do_bg, batch: batch_dice, smooth, empty: 0 };
  if (clip_tp != null) {
    const target = isOfLabels ? Array.from(oneHot(given.target, extent)) : given.target;
    return clipped({ ...given, target }, extent, clip_tp, mask, options);
  }
  const target = isOfLabels ? Int32Array.from(given.target) : given.target;
  const activated =
    apply_nonlin === "softmax"
      ? softmaxOption(given.input, extent)
      : { ...identity(given.input), activation: apply_nonlin ?? "none" };
  const taking: Options = { shape: extent, activation: activated.activation, ...(mask && { mask }) };
  return through(activated, call(given, diceLoss, activated.values, target, { ...options, ...taking }));
};

/**
 * Where the intersection is raised to `least`, what it was counts only in fp + fn = Σ|p − t|: such a region is the Dice of
 * |p − t| and nothing, beside two more positions whose products, predictions and targets add up to `least` each.
 */
function clipped(given: Case, extent: Extent, least: number, mask: Uint8Array | undefined, options: Options): Answer {
  const [samples, classes, positions] = extent;
  const { input, target } = given;
  const probabilities = activate(given, extent);
  const sums = overlap(probabilities.values, target, { shape: extent, ...(mask && { mask }) });
  const { intersection } = options.batch ? sums.pool() : sums;
  const isClipped = input.map((_, i) => intersection[Math.floor(i / positions) % intersection.length] < least);
  const distances = probabilities.values.map((p, i) => (isClipped[i] ? p + target[i] - 2 * p * target[i] : p));
  const left = target.map((t, i) => (isClipped[i] ? 0 : t));
  const share = options.batch ? least / samples : least;
  const lengthened = (values: readonly number[], ...added: readonly number[]) =>
    rowsOf(values, positions).flatMap((row, r) => [...row, ...(isClipped[r * positions] ? added : [0, 0])]);
  const answer = call(given, diceLoss, lengthened(distances, 1, share - 1), lengthened(left, share, 0), {
    ...options,
    shape: [samples, classes, positions + 2],
    ...(mask && { mask: Uint8Array.from(rowsOf(mask, positions).flatMap((row) => [...row, 1, 1])) }),
  });
  const back = (gradient: ArrayLike<number>) => {
    const slopes = rowsOf(gradient, positions + 2).flatMap((row) => row.slice(0, -2));
    return probabilities.back(slopes.map((slope, i) => (isClipped[i] ? slope * (1 - 2 * target[i]) : slope)));
  };
  return through({ values: distances, back }, answer);
}

function activate({ params, input }: Case, extent: Extent): Activated {
  const { apply_nonlin } = params as unknown as NnUNet;
  if (apply_nonlin === "sigmoid") return sigmoid(input);
  return apply_nonlin === "softmax" ? softmax(input, extent) : identity(input);
}

interface Keras {
  /** The axes that are summed over: what is left of the others are regions. None sums over all. */
  readonly axis?: readonly number[] | null;
  /** What becomes of those left, "none" where it is null; their mean if not said. */
  readonly reduction?: "none" | "sum" | "sum_over_batch_size" | "mean" | null;
  readonly epsilon?: number;
  readonly alpha?: number;
  readonly beta?: number;
}

export const kerasDice: Adapter = (given) => keras(given, diceLoss, {});
export const kerasTversky: Adapter = (given) => {
  const { alpha = 0.5, beta = 0.5 } = given.params as Keras;
  return keras(given, tverskyLoss, { alpha, beta });
};

function keras(given: Case, loss: Loss, own: Options): Answer {
  const { axis, reduction = "mean", epsilon = 1e-7 } = given.params as Keras;
  const rank = given.shape.length;
  const summed = (axis ?? given.shape.map((_, k) => k)).map((k) => (k + rank) % rank);
  const regions = given.input.map((_, i) => regionOf(i, given.shape, summed));
  const order = Array.from(regions.keys()).sort((i, j) => regions[i] - regions[j]);
  const count = Math.max(...regions) + 1;
  const { values, gradient } = call(
    given,
    loss,
    order.map((i) => given.input[i]),
    order.map((i) => given.target[i]),
    {
      ...own,
      shape: [count, 1, order.length / count],
      smooth: { numerator: 0, denominator: epsilon },
      reduction: reduction === null ? "none" : reduction === "sum_over_batch_size" ? "mean" : reduction,
    },
  );
  if (!gradient) return { values };
  const inPlace = new Float32Array(gradient.length);
  for (const [k, i] of order.entries()) inPlace[i] = gradient[k];
  return { values, gradient: inPlace };
}

/** The index of an element among the axes that are not summed over. */
function regionOf(element: number, shape: readonly number[], summed: readonly number[]): number {
  let region = 0;
  let step = 1;
  let rest = element;
  for (let k = shape.length - 1; k >= 0; k--) {
    if (!summed.includes(k)) {
      region += step * (rest % shape[k]);
      step *= shape[k];
    }
    rest = Math.floor(rest / shape[k]);
  }
  return region;
}
