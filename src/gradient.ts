// The value of any loss together with its gradient.
import { checkOutput, isIntegers, type Prediction, type Target } from "./arrays.ts";
import { checkOptions, wrongKind, wrongValue } from "./check.ts";
import { diceCrossEntropyLoss, diceFocalLoss } from "./compounds.ts";
import { callOf, isJoint, sumsOfPass } from "./dispatch.ts";
import { BLOCK } from "./engine.ts";
import { JointGradient } from "./joint.ts";
import { checkIntegers } from "./labels.ts";
import { diceCoefficient, diceLoss, generalizedDiceLoss, jaccardIndex, jaccardLoss } from "./losses.ts";
import {
  DICE_COEFFICIENT,
  DICE_CROSS_ENTROPY_LOSS,
  DICE_FOCAL_LOSS,
  DICE_LOSS,
  FOCAL_TVERSKY_LOSS,
  GENERALIZED_DICE_LOSS,
  JACCARD_INDEX,
  JACCARD_LOSS,
  type Measure,
  planOf,
  TVERSKY_INDEX,
  TVERSKY_LOSS,
} from "./measures.ts";
import { type AnyOptions, COMMON, type Reduced, type Reduction, type Result, TAKING } from "./options.ts";
import type { Overlap } from "./overlap.ts";
import { valueAndSlopes, valueAndSlopesOfSizes } from "./reduce.ts";
import { RegionGradient } from "./regions.ts";
import { checkClasses, checkOperands } from "./settings.ts";
import { sumStraight, writeStraight } from "./straight.ts";
import { sizesOfStretch } from "./sums.ts";
import { focalTverskyLoss, tverskyIndex, tverskyLoss } from "./tversky.ts";

/** A function that `valueAndGradient` can differentiate. */
export type Loss =
  | typeof diceCoefficient
  | typeof diceLoss
  | typeof jaccardIndex
  | typeof jaccardLoss
  | typeof tverskyIndex
  | typeof tverskyLoss
  | typeof focalTverskyLoss
  | typeof generalizedDiceLoss
  | typeof diceCrossEntropyLoss
  | typeof diceFocalLoss;

const OWN: readonly string[] = ["gradient"];

const MEASURES: readonly (readonly [loss: unknown, measure: Measure])[] = [
  [diceCoefficient, DICE_COEFFICIENT],
  [diceLoss, DICE_LOSS],
  [jaccardIndex, JACCARD_INDEX],
  [jaccardLoss, JACCARD_LOSS],
  [tverskyIndex, TVERSKY_INDEX],
  [tverskyLoss, TVERSKY_LOSS],
  [focalTverskyLoss, FOCAL_TVERSKY_LOSS],
  [generalizedDiceLoss, GENERALIZED_DICE_LOSS],
  [diceCrossEntropyLoss, DICE_CROSS_ENTROPY_LOSS],
  [diceFocalLoss, DICE_FOCAL_LOSS],
];

/** The options of a loss, from the first of its signatures: those of all, of which the compound ones have no second. */
type OptionsOf<L> = L extends {
  (p: Prediction, t: Target, options?: infer O): unknown;
  (sums: Overlap, options?: never): unknown;
  (p: Prediction, t: Target): unknown;
}
  ? NonNullable<O>
  : L extends { (p: Prediction, t: Target, options?: infer O): unknown; (p: Prediction, t: Target): unknown }
    ? NonNullable<O>
    : never;

/** The options of the loss, and the array to write to. */
export type GradientOptions<L extends Loss = Loss> = L extends Loss
  ? Omit<OptionsOf<L>, "threshold"> & {
      /** Where to write the gradient, instead of a new array: at least as long as the prediction, sharing no memory with an input. */
      readonly gradient?: Float32Array | undefined;
    }
  : never;

type ReductionOf<L extends Loss> = NonNullable<OptionsOf<L>["reduction"]>;

/** What `valueAndGradient` returns. */
export interface ValueAndGradient<R extends Reduction = "mean"> {
  readonly value: Result<R>;
  /**
   * d(value)/d(prediction), one element for each of the prediction; or `options.gradient`, whose elements beyond that are
   * left alone.
   */
  readonly gradient: Float32Array;
}

/**
 * The value of a loss (or an index) and its gradient with respect to the prediction, in two passes over the data.
 *
 * With the index f = N / D, the gradient is ∂f/∂p = (N′ − f·D′) / D; for Dice, N′ = 2t and D′ = 1 (2p with `squared`),
 * and likewise for the rest of the family. With `intersection: "minimum"`, ∂min(p, t)/∂p takes the place of t in N′: 1
 * where p < t, 0 where p > t, ½ at a tie. Where both masks are empty and there is no smoothing, the gradient is 0.
 *
 * @param loss one of this package's indices and losses
 * @param prediction probabilities from 0 to 1; or logits with an `activation`: the gradient is then with respect to the
 *   logits
 * @param target floats from 0 to 1, one for each element of the prediction; or integers: a mask of 0 and 1, or, with a
 *   `shape` of two or more classes, a label map
 * @param options those of the loss, and `gradient`: a Float32Array to write to, at least as long as the prediction,
 *   sharing no memory with an input
 * @returns `{ value, gradient }`; `value` is what `loss(prediction, target, options)` returns, to the bit. With
 *   `reduction: "none"`, `gradient` is that of the sum of the values.
 * @throws {TypeError | RangeError} as the loss does; also for any other function, for a `threshold` (a step has no
 *   gradient), and for a `gradient` of another type, too short, or sharing memory with an input. Nothing is then written.
 *
 * @example
 * const { value, gradient } = valueAndGradient(diceLoss, [0.9, 0.2, 0.8], [1, 0, 1]);
 * // value 0.1020, gradient [-0.2249, 0.1833, -0.2249]
 */
export function valueAndGradient<L extends Loss, R extends ReductionOf<L> = "mean">(
  loss: L,
  prediction: Prediction,
  target: Target,
  options?: Reduced<GradientOptions<L>, R>,
): ValueAndGradient<R> {
  const found = MEASURES.find(([known]) => known === loss);
  if (!found) wrongKind("loss", "an index or a loss of dice-wasm itself (its options come last)", loss);
  const measure = found[1];
  const caller = `valueAndGradient of ${measure.name}`;
  const given = checkOptions<AnyOptions & { gradient?: Float32Array }>(options, caller, TAKING, COMMON, measure.options, OWN);
  const plan = planOf(measure, options, given);
  const { taking } = plan.settings;
  if (taking.threshold !== undefined) wrongValue("threshold", "nothing (a step has no gradient)", taking.threshold);
  const geometry = checkOperands(prediction, target, given, taking, plan.settings.batch);
  checkClasses(geometry.classes, plan.settings);
  if (given.gradient !== undefined)
    checkOutput(given.gradient, prediction.length, { prediction, target, mask: taking.mask, weights: given.weights });

  const gradient = given.gradient ?? new Float32Array(prediction.length);
  const straight = plan.straight && prediction.length <= BLOCK ? sumStraight(prediction, target, taking) : undefined;
  if (straight) {
    const { value, slopes } = valueAndSlopesOfSizes(plan, sizesOfStretch(straight, taking));
    writeStraight(straight, target, gradient, prediction.length, taking, slopes);
    return { value, gradient } as ValueAndGradient<R>;
  }
  const call = callOf(prediction, target, gradient);
  const pass = isJoint(call, geometry, taking, plan.pointwise)
    ? new JointGradient(call, geometry, taking, plan.pointwise)
    : new RegionGradient(call, geometry, taking);
  // a gradient passed in is not written to until nothing in the data can be refused any more
  if (pass.kept && given.gradient && isIntegers(target)) {
    checkIntegers(call.engine, target, geometry.classes, taking);
  }
  const sums = sumsOfPass(pass, target, geometry, plan.pointwise);
  const { value, slopesOfRow, slopesOfCost } = valueAndSlopes(plan, sums);
  pass.write(slopesOfRow, slopesOfCost);
  return { value, gradient } as ValueAndGradient<R>;
}
