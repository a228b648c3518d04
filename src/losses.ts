// The public indices and losses: each is a ratio over the sums of a region and a curve over its value.
import { checkOutput, checkPair, type Prediction, type Target } from "./arrays.ts";
import { checkAmount, checkOptions, checkWord, wrongKind, wrongValue } from "./check.ts";
import {
  type Curve,
  DICE,
  FORMS,
  focal,
  IDENTITY,
  indexOf,
  JACCARD,
  type Ratio,
  type Sizes,
  slopesOf,
  tversky,
} from "./formulas.ts";
import {
  type AnyOptions,
  type FocalTverskyOptions,
  INDEX,
  type IndexOptions,
  LOSS,
  type LossOptions,
  type OverlapOptions,
  readSettings,
  readTaking,
  type Settings,
  TAKING,
  type TverskyWeights,
  WEIGHTS,
} from "./options.ts";
import { Overlap } from "./overlap.ts";
import { Pair } from "./passes.ts";

/** What a public function computes: its options, its ratio and its curve. */
interface Measure {
  readonly name: string;
  readonly options: readonly string[];
  ratio(options: AnyOptions): Ratio;
  curve(options: AnyOptions): Curve;
  /** The plan of a call without options, once made. */
  plan?: Plan;
}

/** A measure with its options read. */
interface Plan {
  readonly settings: Settings;
  readonly ratio: Ratio;
  readonly curve: Curve;
}

const FORM_NAMES = ["complement", "negative", "log"] as const;
const plain = (): Curve => IDENTITY;
const form = (options: AnyOptions): Curve => FORMS[checkWord("form", options.form, FORM_NAMES)];
const weighted = (options: AnyOptions): Ratio =>
  tversky(checkAmount("alpha", options.alpha, 0.5), checkAmount("beta", options.beta, 0.5));

const DICE_COEFFICIENT: Measure = { name: "diceCoefficient", options: INDEX, ratio: () => DICE, curve: plain };
const DICE_LOSS: Measure = { name: "diceLoss", options: LOSS, ratio: () => DICE, curve: form };
const JACCARD_INDEX: Measure = { name: "jaccardIndex", options: INDEX, ratio: () => JACCARD, curve: plain };
const JACCARD_LOSS: Measure = { name: "jaccardLoss", options: LOSS, ratio: () => JACCARD, curve: form };
const TVERSKY_INDEX: Measure = { name: "tverskyIndex", options: [...INDEX, ...WEIGHTS], ratio: weighted, curve: plain };
const TVERSKY_LOSS: Measure = { name: "tverskyLoss", options: [...LOSS, ...WEIGHTS], ratio: weighted, curve: form };
const FOCAL_TVERSKY_LOSS: Measure = {
  name: "focalTverskyLoss",
  options: [...INDEX, ...WEIGHTS, "gamma"],
  ratio: weighted,
  curve: (options) => focal(checkAmount("gamma", options.gamma, 0.75)),
};

function planOf(measure: Measure, options: unknown): Plan {
  if (options === undefined) {
    measure.plan ??= readPlan(measure, {});
    return measure.plan;
  }
  checkOptions(options, measure.options, measure.name);
  return readPlan(measure, options as AnyOptions);
}

function readPlan(measure: Measure, options: AnyOptions): Plan {
  return { settings: readSettings(options), ratio: measure.ratio(options), curve: measure.curve(options) };
}

function measured({ ratio, curve, settings }: Plan, sizes: Sizes): number {
  return curve.value(indexOf(ratio, settings.smooth, settings.empty, sizes));
}

function evaluate(measure: Measure, first: Prediction | Overlap, second: unknown, third: unknown): number {
  if (first instanceof Overlap) {
    const plan = planOf(measure, second);
    checkTaken(first, (second ?? {}) as OverlapOptions);
    return measured(plan, first.sizes(0, plan.settings.squares));
  }
  const plan = planOf(measure, third);
  checkPair(first, second);
  return measured(plan, new Pair(first, second as Target, plan.settings.threshold).sizes(plan.settings));
}

/** Options that say how sums are taken come too late for an overlap; they may only repeat what it was taken with. */
function checkTaken(overlap: Overlap, options: OverlapOptions): void {
  if (options.threshold !== undefined) wrongValue("threshold", "to be given where the overlap is taken", options.threshold);
  if (options.intersection !== undefined && overlap.kind !== null && options.intersection !== overlap.kind) {
    wrongValue("intersection", `"${overlap.kind}" (as the overlap was taken)`, `"${options.intersection}"`);
  }
}

export function diceCoefficient(overlap: Overlap, options?: IndexOptions): number;
export function diceCoefficient(prediction: Prediction, target: Target, options?: IndexOptions): number;
/**
 * The Dice coefficient, D = (2I + s) / (P + T + d), with I = Σp·t, P = Σp, T = Σt; it equals the F1 score.
 *
 * @param prediction probabilities, 0 to 1
 * @param target as many values, 0 to 1, or a mask of integers 0 and 1
 * @param options see {@link IndexOptions}; `smooth` (s and d) is 1 by default
 * @returns D, 0 to 1; two empty masks give 1 with smoothing (s / d), and `empty` (1) without; NaN in the data gives NaN
 * @throws {TypeError | RangeError} for arrays of other kinds or of different lengths, integers other than 0 and 1,
 *   detached buffers, and unknown or impossible options
 *
 * @example
 * diceCoefficient([0.9, 0.2, 0.8], [1, 0, 1], { smooth: 0 }); // 2·1.7 / (1.9 + 2) = 0.8718
 *
 * @see Dice, L. R. (1945) Measures of the amount of ecologic association between species; Sørensen, T. (1948)
 */
export function diceCoefficient(
  prediction: Prediction | Overlap,
  target?: Target | IndexOptions,
  options?: IndexOptions,
): number {
  return evaluate(DICE_COEFFICIENT, prediction, target, options);
}

export function diceLoss(overlap: Overlap, options?: LossOptions): number;
export function diceLoss(prediction: Prediction, target: Target, options?: LossOptions): number;
/**
 * The Dice loss: 1 − D, or by `form` −D or −ln D, of the Dice coefficient D = (2I + s) / (P + T + d).
 *
 * With `squared` it is V-Net's, Σp² + Σt² below the line. Arguments, empty masks and errors as for
 * {@link diceCoefficient}; two empty masks give 0.
 *
 * @param options see {@link LossOptions}
 * @returns the loss, 0 to 1 for the default form
 *
 * @example
 * diceLoss([0.9, 0.2, 0.8], [1, 0, 1]); // 1 − 4.4 / 4.9 = 0.1020
 *
 * @see Milletari, F. et al. (2016) V-Net, https://arxiv.org/abs/1606.04797
 */
export function diceLoss(prediction: Prediction | Overlap, target?: Target | LossOptions, options?: LossOptions): number {
  return evaluate(DICE_LOSS, prediction, target, options);
}

export function jaccardIndex(overlap: Overlap, options?: IndexOptions): number;
export function jaccardIndex(prediction: Prediction, target: Target, options?: IndexOptions): number;
/**
 * The Jaccard index or intersection over union, J = (I + s) / (P + T − I + d); without smoothing J = D / (2 − D).
 *
 * Arguments, options, empty masks and errors as for {@link diceCoefficient}.
 *
 * @returns J, 0 to 1
 *
 * @example
 * jaccardIndex([1, 1, 0, 0], [1, 0, 1, 0], { smooth: 0 }); // 1 / 3
 *
 * @see Jaccard, P. (1901) Étude comparative de la distribution florale
 */
export function jaccardIndex(prediction: Prediction | Overlap, target?: Target | IndexOptions, options?: IndexOptions): number {
  return evaluate(JACCARD_INDEX, prediction, target, options);
}

export function jaccardLoss(overlap: Overlap, options?: LossOptions): number;
export function jaccardLoss(prediction: Prediction, target: Target, options?: LossOptions): number;
/**
 * The Jaccard loss: 1 − J, or by `form` −J or −ln J, of the {@link jaccardIndex}. Two empty masks give 0.
 *
 * @param options see {@link LossOptions}
 * @returns the loss, 0 to 1 for the default form
 *
 * @example
 * jaccardLoss([1, 1, 0, 0], [1, 0, 1, 0], { smooth: 0 }); // 2 / 3
 */
export function jaccardLoss(prediction: Prediction | Overlap, target?: Target | LossOptions, options?: LossOptions): number {
  return evaluate(JACCARD_LOSS, prediction, target, options);
}

export function tverskyIndex(overlap: Overlap, options?: IndexOptions & TverskyWeights): number;
export function tverskyIndex(prediction: Prediction, target: Target, options?: IndexOptions & TverskyWeights): number;
/**
 * The Tversky index, TI = (I + s) / (I + α(P − I) + β(T − I) + d): α weighs false positives, β false negatives.
 *
 * α = β = ½ gives Dice (with half the smoothing, which is added to I and not to 2I), α = β = 1 gives Jaccard,
 * α + β = 1 the F-measures. Arguments, empty masks and errors as for {@link diceCoefficient}.
 *
 * @param options see {@link IndexOptions} and {@link TverskyWeights}
 * @returns TI, 0 to 1
 *
 * @example
 * tverskyIndex([1, 1, 0, 0], [1, 0, 0, 0], { alpha: 0.3, beta: 0.7, smooth: 0 }); // 1 / (1 + 0.3) = 0.7692
 *
 * @see Tversky, A. (1977) Features of similarity
 */
export function tverskyIndex(
  prediction: Prediction | Overlap,
  target?: Target | (IndexOptions & TverskyWeights),
  options?: IndexOptions & TverskyWeights,
): number {
  return evaluate(TVERSKY_INDEX, prediction, target, options);
}

export function tverskyLoss(overlap: Overlap, options?: LossOptions & TverskyWeights): number;
export function tverskyLoss(prediction: Prediction, target: Target, options?: LossOptions & TverskyWeights): number;
/**
 * The Tversky loss: 1 − TI, or by `form` −TI or −ln TI, of the {@link tverskyIndex}. Two empty masks give 0.
 *
 * @param options see {@link LossOptions} and {@link TverskyWeights}
 * @returns the loss, 0 to 1 for the default form
 *
 * @example
 * tverskyLoss([1, 1, 0, 0], [1, 0, 0, 0], { alpha: 0.3, beta: 0.7, smooth: 0 }); // 0.2308
 *
 * @see Salehi, S. S. M. et al. (2017) Tversky loss function, https://arxiv.org/abs/1706.05721
 */
export function tverskyLoss(
  prediction: Prediction | Overlap,
  target?: Target | (LossOptions & TverskyWeights),
  options?: LossOptions & TverskyWeights,
): number {
  return evaluate(TVERSKY_LOSS, prediction, target, options);
}

export function focalTverskyLoss(overlap: Overlap, options?: FocalTverskyOptions): number;
export function focalTverskyLoss(prediction: Prediction, target: Target, options?: FocalTverskyOptions): number;
/**
 * The focal Tversky loss, (1 − TI)^γ of the {@link tverskyIndex}. Two empty masks give 0.
 *
 * Its gradient is taken as 0 where TI = 1: with γ < 1 it would be infinite.
 *
 * @param options see {@link FocalTverskyOptions}; `gamma` is 0.75 by default, the paper's 1/γ with γ = 4/3
 * @returns the loss, 0 to 1
 *
 * @example
 * focalTverskyLoss([1, 1, 0, 0], [1, 0, 0, 0], { alpha: 0.3, beta: 0.7, smooth: 0 }); // 0.2308^0.75 = 0.3330
 *
 * @see Abraham, N. & Khan, N. M. (2018) A novel focal Tversky loss, https://arxiv.org/abs/1810.07842
 */
export function focalTverskyLoss(
  prediction: Prediction | Overlap,
  target?: Target | FocalTverskyOptions,
  options?: FocalTverskyOptions,
): number {
  return evaluate(FOCAL_TVERSKY_LOSS, prediction, target, options);
}

/**
 * The sums of a prediction and a target as an {@link Overlap}: every index and loss takes it in place of the arrays,
 * and overlaps of pieces add up to the overlap of the whole.
 *
 * @param prediction probabilities, 0 to 1
 * @param target as many values, 0 to 1, or a mask of integers 0 and 1
 * @param options see {@link OverlapOptions}
 * @throws {TypeError | RangeError} as {@link diceCoefficient} does
 *
 * @example
 * const sums = overlap([0.9, 0.2, 0.8], [1, 0, 1]);
 * diceCoefficient(sums, { smooth: 0 }); // 0.8718, and from the same sums:
 * jaccardIndex(sums, { smooth: 0 }); // 0.7727
 */
export function overlap(prediction: Prediction, target: Target, options?: OverlapOptions): Overlap {
  checkOptions(options, TAKING, "overlap");
  const taking = readTaking(options ?? {});
  checkPair(prediction, target);
  const result = new Overlap();
  new Pair(prediction, target, taking.threshold).addTo(result, 0, taking);
  return result;
}

/** A function that `valueAndGradient` can differentiate. */
export type Loss =
  | typeof diceCoefficient
  | typeof diceLoss
  | typeof jaccardIndex
  | typeof jaccardLoss
  | typeof tverskyIndex
  | typeof tverskyLoss
  | typeof focalTverskyLoss;

const MEASURES: ReadonlyMap<unknown, Measure> = /* @__PURE__ */ new Map<unknown, Measure>([
  [diceCoefficient, DICE_COEFFICIENT],
  [diceLoss, DICE_LOSS],
  [jaccardIndex, JACCARD_INDEX],
  [jaccardLoss, JACCARD_LOSS],
  [tverskyIndex, TVERSKY_INDEX],
  [tverskyLoss, TVERSKY_LOSS],
  [focalTverskyLoss, FOCAL_TVERSKY_LOSS],
]);

/** What `valueAndGradient` gives. */
export interface ValueAndGradient {
  readonly value: number;
  /** d(value)/d(prediction), as many elements as the prediction. */
  readonly gradient: Float32Array;
}

/**
 * The value of a loss (or an index) and its gradient by the prediction, in two passes over the data.
 *
 * With N and D the numerator and the denominator of the index f = N / D: ∂f/∂p = (N′ − f·D′) / D, where for Dice N′ = 2t
 * and D′ = 1 (2p when `squared`), and so on for the family. With `intersection: "minimum"`, t in N′ becomes
 * ∂min(p, t)/∂p: 1 where p < t, 0 where p > t, ½ at a tie. Where both masks are empty and nothing smooths, it is 0.
 *
 * @param loss one of this package's indices and losses
 * @param prediction probabilities, 0 to 1
 * @param target as many values, 0 to 1, or a mask of integers 0 and 1
 * @param options those of the loss, and `gradient`: a Float32Array of at least that length to write to, in place of a new
 *   one; apart from both inputs
 * @returns `{ value, gradient }`; `value` is what `loss(prediction, target, options)` gives, to the bit
 * @throws {TypeError | RangeError} as the loss does; for another function, a `threshold` (a step has no gradient), or a
 *   `gradient` of another type, too short, or sharing memory with an input. Then nothing is written.
 *
 * @example
 * const { value, gradient } = valueAndGradient(diceLoss, [0.9, 0.2, 0.8], [1, 0, 1]);
 * // value 0.1020, gradient [-0.2249, 0.1833, -0.2249]
 */
export function valueAndGradient<Options extends LossOptions | FocalTverskyOptions>(
  loss: (prediction: Prediction, target: Target, options?: Options) => number,
  prediction: Prediction,
  target: Target,
  options?: Options & { readonly gradient?: Float32Array },
): ValueAndGradient {
  const measure = MEASURES.get(loss);
  if (!measure) wrongKind("loss", "an index or a loss of dice-wasm", loss);
  checkOptions(options, [...measure.options, "gradient"], `valueAndGradient of ${measure.name}`);
  const plan = readPlan(measure, options ?? {});
  const { threshold, intersection, squares, smooth, empty } = plan.settings;
  if (threshold !== undefined) wrongValue("threshold", "nothing (a step has no gradient)", threshold);
  checkPair(prediction, target);
  const output: unknown = options?.gradient;
  if (output !== undefined) checkOutput(output, prediction, target);

  const gradient = (output as Float32Array | undefined) ?? new Float32Array(prediction.length);
  const pair = new Pair(prediction, target, undefined, gradient);
  const sizes = pair.sizes(plan.settings);
  const index = indexOf(plan.ratio, smooth, empty, sizes);
  const slopes = slopesOf(plan.ratio, smooth, index, sizes);
  const slope = plan.curve.slope(index);
  const byPrediction = slope * slopes.byPrediction;
  pair.writeGradient(gradient, intersection, {
    intersection: slope * slopes.byIntersection,
    squared: squares ? 2 * byPrediction : 0,
    constant: squares ? 0 : byPrediction,
  });
  return { value: plan.curve.value(index), gradient };
}
