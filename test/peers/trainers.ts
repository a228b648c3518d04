// nnU-Net, whose losses are −D, and Keras, which adds its epsilon below the line alone and pools all but the axes left.
import { diceLoss, type Loss, tverskyLoss } from "../../src/index.ts";
import { call, extentOf, maskOf, type Options } from "./call.ts";
import type { Adapter, Answer, Case } from "./case.ts";

interface NnUNet {
  readonly apply_nonlin: "none" | "sigmoid" | "softmax";
  readonly batch_dice: boolean;
  readonly do_bg: boolean;
  readonly smooth: number;
}

export const nnunetDice: Adapter = (given) => {
  const { apply_nonlin, batch_dice, do_bg, smooth } = given.params as unknown as NnUNet;
  const extent = extentOf(given.shape);
  const target = given.target.length < given.input.length ? Int32Array.from(given.target) : given.target;
  return call(given, diceLoss, given.input, target, {
    shape: given.shape,
    activation: apply_nonlin,
    ...(given.mask && { mask: maskOf(given.mask, extent) }),
    form: "negative",
    includeBackground: do_bg,
    batch: batch_dice,
    smooth,
    empty: 0,
  });
};

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
