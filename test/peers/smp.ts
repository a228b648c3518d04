// segmentation_models.pytorch. Always batch Dice of minima; a class absent from the target contributes 0 to the mean but
// counts in it; Dice's smoothing is added to I and not to 2I; Tversky's γ is an exponent of the mean.
import {
  diceCoefficient,
  diceLoss,
  jaccardIndex,
  jaccardLoss,
  type Loss,
  overlap,
  type Prediction,
  type Target,
  tverskyIndex,
  tverskyLoss,
} from "../../src/index.ts";
import { call, type Options, planesOf, product, rowsOf, sum, times } from "./call.ts";
import type { Adapter, Answer, Case } from "./case.ts";

interface Params {
  readonly mode: "binary" | "multiclass" | "multilabel";
  readonly classes?: readonly number[] | null;
  readonly log_loss?: boolean;
  readonly from_logits?: boolean;
  readonly smooth?: number;
  readonly eps?: number;
  readonly ignore_index?: number | null;
  readonly class_weights?: readonly number[] | null;
  readonly alpha?: number;
  readonly beta?: number;
  readonly gamma?: number;
  readonly dims?: readonly number[];
}

/** Some classes of a case, that can be taken in one call. */
interface Piece {
  readonly classes: readonly number[];
  readonly prediction: Prediction;
  readonly target: Target;
  readonly options: Options;
}

export const smpDice: Adapter = (given) => smp(given, diceLoss, {}, 2);
export const smpJaccard: Adapter = (given) => smp(given, jaccardLoss, {});
export const smpTversky: Adapter = (given) => {
  const { alpha = 0.5, beta = 0.5, gamma = 1 } = given.params as unknown as Params;
  const mean = smp(given, tverskyLoss, { alpha, beta });
  const value = mean.values[0] ** gamma;
  const slope = gamma === 1 ? 1 : gamma * mean.values[0] ** (gamma - 1);
  return { ...times(slope, mean), values: [value] };
};

function smp(given: Case, loss: Loss, own: Options, smoothing = 1): Answer {
  const { log_loss, smooth = 0, eps = 1e-7 } = given.params as unknown as Params;
  const { grad: _, ...valueAlone } = given;
  const form = log_loss ? "log" : "complement";
  const answers = piecesOf(given).map((piece): Answer => {
    const options: Options = { ...own, ...piece.options, smooth: smoothing * smooth, empty: 0 };
    const all = weightsOf(given, piece);
    const losses = log_loss && call(valueAlone, loss, piece.prediction, piece.target, { ...options, reduction: "none" }).values;
    const isBelow = all.map((_, c) => losses && 1 - losses[c] < eps); // of which the logarithm is that of eps
    const constant = -Math.log(eps) * sum(all.filter((_, c) => isBelow[c]));
    const weights = all.map((weight, c) => (isBelow[c] ? 0 : weight));
    // what is absent contributes 0
    if (sum(weights) === 0) return { values: [constant], gradient: new Float32Array(piece.prediction.length) };
    const answer = call(given, loss, piece.prediction, piece.target, { ...options, form, weights, reduction: "sum" });
    return { ...answer, values: [answer.values[0] + constant] };
  });
  const { classes } = extentOf(given);
  return { values: [sum(answers.map(({ values }) => values[0]))], gradient: joined(answers, given, classes) };
}

/** What each class of a piece counts for: its weight where the target has any of it, and 0 where not. */
function weightsOf({ params, shape }: Case, { classes, prediction, target, options }: Piece): number[] {
  const { class_weights, classes: selected } = params as unknown as Params;
  const all = params.mode === "binary" ? 1 : shape[1];
  const weightOf = (c: number): number => class_weights?.[c] ?? 1;
  const chosen = selected ?? Array.from({ length: all }, (_, c) => c);
  const total = sum(chosen.map(weightOf));
  const { shape: region, ignoreIndex, mask, activation } = options;
  const taking = {
    shape: region,
    activation,
    ...(ignoreIndex !== undefined && { ignoreIndex }),
    ...(mask && { mask }),
  } as Options;
  const present = overlap(prediction, target, taking).pool().target;
  return classes.map((c, i) => (present[i] > 0 && chosen.includes(c) ? weightOf(c) / total : 0));
}

function extentOf({ params, shape }: Case): { samples: number; classes: number; positions: number } {
  const samples = shape[0];
  const classes = params.mode === "binary" ? 1 : shape[1];
  return { samples, classes, positions: product(shape) / samples / classes };
}

/** All classes at once; but class by class where each leaves out positions of its own. */
function piecesOf(given: Case): Piece[] {
  const { mode, from_logits = true, ignore_index } = given.params as unknown as Params;
  const { samples, classes, positions } = extentOf(given);
  const isOfLabels = mode === "multiclass";
  const logits = isOfLabels ? "softmax" : "sigmoid";
  const options: Options = { batch: true, intersection: "minimum", activation: from_logits ? logits : "none" };
  const every = Array.from({ length: classes }, (_, c) => c);
  if (isOfLabels || ignore_index == null) {
    const target = isOfLabels ? Int32Array.from(given.target) : given.target;
    const taking: Options = { shape: [samples, classes, positions], ...(ignore_index != null && { ignoreIndex: ignore_index }) };
    return [{ classes: every, prediction: given.input, target, options: { ...options, ...taking } }];
  }
  return every.map((c) => {
    const target = planesOf(given.target, [samples, classes, positions], c);
    const mask = Uint8Array.from(target, (value) => Number(value !== ignore_index));
    const prediction = planesOf(given.input, [samples, classes, positions], c);
    return { classes: [c], prediction, target, options: { ...options, shape: [samples, 1, positions], mask } };
  });
}

/** The gradients of the pieces as that of the whole. */
function joined(answers: readonly Answer[], given: Case, classes: number): ArrayLike<number> {
  const gradients = answers.map(({ gradient }) => Array.from(gradient ?? []));
  if (gradients.length === 1) return gradients[0];
  const { samples, positions } = extentOf(given);
  const rows = gradients.map((gradient) => rowsOf(gradient, positions));
  return Array.from({ length: samples * classes }, (_, row) => rows[row % classes][Math.floor(row / classes)]).flat();
}

export const smpDiceScore: Adapter = (given) => score(given, diceCoefficient, {}, 2);
export const smpJaccardScore: Adapter = (given) => score(given, jaccardIndex, {});
export const smpTverskyScore: Adapter = (given) => {
  const { alpha = 0.5, beta = 0.5 } = given.params as unknown as Params;
  return score(given, tverskyIndex, { alpha, beta });
};

/** With `dims` [1] of [N, positions] the mean of the samples, else one region. */
function score(given: Case, index: Loss, own: Options, smoothing = 1): Answer {
  const { dims, smooth = 0 } = given.params as unknown as Params;
  const shape = [given.shape[0], 1, ...given.shape.slice(1)];
  const options: Options = { ...own, intersection: "minimum", smooth: smoothing * smooth, empty: 0, ...(dims && { shape }) };
  return call(given, index, given.input, given.target, options);
}
