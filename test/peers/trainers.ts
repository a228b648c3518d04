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
  const target = given.target_shape[1] === 1 && extent[1] > 1 ? Int32Array.from(given.target) : given.target;
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
  /** Channels last: [1, 2] leaves samples and classes, [0, 1, 2] classes, [1, 2, 3] of one class samples, and none pools all. */
  readonly axis?: readonly number[];
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
  return call(given, loss, given.input, given.target, {
    ...own,
    smooth: { numerator: 0, denominator: epsilon },
    ...(axis && { shape: given.shape, layout: "channels-last", batch: axis.includes(0) }),
    reduction: reduction === null ? "none" : reduction === "sum_over_batch_size" ? "mean" : reduction,
  });
}
