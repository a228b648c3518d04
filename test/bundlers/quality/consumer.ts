// A program that uses every public function and type, as a reader of the README would; it is compiled and not run.
import {
  type AllocateOptions,
  allocate,
  type ClassScores,
  type DataLayout,
  type DiceCrossEntropyOptions,
  type DiceFocalOptions,
  diceCoefficient,
  diceCrossEntropyLoss,
  diceFocalLoss,
  diceLoss,
  type FocalTverskyOptions,
  focalTverskyLoss,
  type GeneralizedOptions,
  type GradientOptions,
  generalizedDiceLoss,
  type IndexOptions,
  type IntegerArray,
  type Intersection,
  jaccardIndex,
  jaccardLoss,
  type LabelOptions,
  type Loss,
  type LossOptions,
  Overlap,
  type OverlapJSON,
  type OverlapOptions,
  overlap,
  type Prediction,
  type ProbabilityOptions,
  type Ratios,
  type Reduction,
  type Result,
  type ScoreOptions,
  type Scores,
  type ShapeOptions,
  type Smoothing,
  scoreLabels,
  type Target,
  type TverskyWeights,
  tverskyIndex,
  tverskyLoss,
  type ValueAndGradient,
  valueAndGradient,
  type Workspace,
} from "dice-wasm";

// arrays of every kind
const predictions: readonly Prediction[] = [new Float32Array(4), new Float64Array(4), [0.1, 0.2, 0.3, 0.4]];
const integers: readonly IntegerArray[] = [new Int8Array(4), new Uint8ClampedArray(4), new Uint16Array(4), new Uint32Array(4)];
const targets: readonly Target[] = [...integers, ...predictions];
const [prediction] = predictions;
const [target] = targets;

// options
const smooth: Smoothing = { numerator: 0, denominator: 1e-7 };
const layout: DataLayout = "channels-last";
const shape: ShapeOptions = { shape: [1, 2, 2], layout };
const intersection: Intersection = "minimum";
const reduction = "sum" as Reduction;
const taking: OverlapOptions = { ...shape, intersection, activation: "softmax", ignoreIndex: 255, mask: new Uint8Array(2) };
const index: IndexOptions = { ...taking, smooth, squared: true, empty: Number.NaN, batch: true, weights: [1, 2], reduction };
const loss: LossOptions = { ...index, form: "log", includeBackground: true, threshold: 0.5 };
const tversky: TverskyWeights = { alpha: 0.3, beta: 0.7 };
const focal: FocalTverskyOptions = { ...index, ...tversky, gamma: 0.75 };
const crossEntropy: DiceCrossEntropyOptions = { ...shape, lambdaDice: 1, lambdaCrossEntropy: 2, labelSmoothing: 0.1 };
const focalLoss: DiceFocalOptions = { ...index, lambdaDice: 1, lambdaFocal: 2, gamma: 2, alpha: 0.25 };
const generalized: GeneralizedOptions = { ...shape, weighting: "simple", form: "negative" };

// every index and loss, of arrays and of an overlap; a row for each new one
const record: Overlap = overlap(prediction, target, taking);
export const values: readonly (number | Float64Array)[] = [
  diceCoefficient(prediction, target),
  diceCoefficient(record, index),
  diceLoss(prediction, target, loss),
  diceLoss(record),
  jaccardIndex(prediction, target, index),
  jaccardIndex(record),
  jaccardLoss(prediction, target, loss),
  jaccardLoss(record),
  tverskyIndex(prediction, target, { ...index, ...tversky }),
  tverskyIndex(record, tversky),
  tverskyLoss(prediction, target, { ...loss, ...tversky }),
  tverskyLoss(record, tversky),
  focalTverskyLoss(prediction, target, focal),
  focalTverskyLoss(record, focal),
  generalizedDiceLoss(prediction, target, generalized),
  generalizedDiceLoss(record, generalized),
  diceCrossEntropyLoss(prediction, target, crossEntropy),
  diceFocalLoss(prediction, target, focalLoss),
];

// a reduction gives the type of the result
export const mean: number = diceLoss(prediction, target, { smooth: 0 });
export const rows: Result<"none"> = diceLoss(prediction, target, { reduction: "none" });
export const list: Float64Array = rows;
export const open: number | Float64Array = diceLoss(prediction, target, loss);

// losses as values
const callback: (prediction: Prediction, target: Target) => number = diceLoss;
const byName = { dice: diceLoss, generalized: generalizedDiceLoss, focal: diceFocalLoss, crossEntropy: diceCrossEntropyLoss };
export const chosen: number = byName["dice" as keyof typeof byName](prediction, target) + callback(prediction, target);

// gradients
const overlaps: readonly Loss[] = [diceCoefficient, diceLoss, jaccardLoss, tverskyLoss, focalTverskyLoss, generalizedDiceLoss];
const losses: readonly Loss[] = [...overlaps, diceCrossEntropyLoss, diceFocalLoss];
const output: GradientOptions<typeof tverskyLoss> = { ...loss, ...tversky, gradient: new Float32Array(4) };
export const gradients: readonly ValueAndGradient[] = losses.map((each) => valueAndGradient(each, prediction, target));
export const gradient: Float32Array = valueAndGradient(tverskyLoss, prediction, target, output).gradient;
export const value: Float64Array = valueAndGradient(diceLoss, prediction, target, { reduction: "none" }).value;

// overlaps
const json: OverlapJSON = new Overlap({ samples: 1, classes: 2 }).add(record).toJSON();
export const sums: readonly Float64Array[] = [record.intersection, record.prediction, Overlap.fromJSON(json).pool().positions];

// scores
const score: ScoreOptions = { includeBackground: false, beta: 2, empty: 0 };
const labels: LabelOptions = { ...score, classes: 3, ignoreIndex: 0 };
const probabilities: ProbabilityOptions = { ...score, shape: [1, 2, 2] };
const hard: ProbabilityOptions = { ...score, threshold: 0.5 };
const scores: Scores = scoreLabels(new Uint8Array(4), new Int32Array(4), labels);
export const macro: Ratios = scoreLabels(prediction, target, probabilities).macro;
export const micro: Ratios = scoreLabels(prediction, target, hard).micro;
export const classes: readonly ClassScores[] = scoreLabels(scores.overlap, score).classes;

// arrays in linear memory
const wish: AllocateOptions<Uint8Array> = { target: Uint8Array, layout };
const room: Workspace<Uint8Array> = allocate([1, 2, 2], { ...wish, gradient: true });
export const mask: Uint8Array = allocate(4, wish).target;
export const soft: Float32Array = allocate(4).target;
room.gradient.fill(0);

// what must not compile
// @ts-expect-error a typo
diceLoss(prediction, target, { smoth: 1 });
// @ts-expect-error a typo beside an option
diceLoss(prediction, target, { smooth: 0, include_background: false });
// @ts-expect-error an option of another loss
generalizedDiceLoss(prediction, target, { smooth: 0, weights: [1] });
// @ts-expect-error what an overlap was taken with
diceLoss(record, { activation: "sigmoid" });
// @ts-expect-error an option of another loss, with a gradient
valueAndGradient(diceLoss, prediction, target, { alpha: 0.3 });
// @ts-expect-error a reduction that the loss does not have
valueAndGradient(diceCrossEntropyLoss, prediction, target, { reduction: "none" });
// @ts-expect-error a step has no gradient
valueAndGradient(diceLoss, prediction, target, { threshold: 0.5 });
// @ts-expect-error a word that is none of the choices
diceLoss(prediction, target, { form: "cubic" });
// @ts-expect-error the kind of an argument
diceLoss("0.5", target);
// @ts-expect-error a list where it is a number
export const wrong: Float64Array = diceLoss(prediction, target);
// @ts-expect-error a number where it is a list
export const wrongToo: number = diceLoss(prediction, target, { reduction: "none" });
// @ts-expect-error a number where it may be a list
export const either: number = diceLoss(prediction, target, { reduction });
// @ts-expect-error the same, of options as a whole
export const whole: number = diceLoss(record, { reduction: index.reduction });
// @ts-expect-error no gradient was asked for
allocate(4).gradient;
// @ts-expect-error label maps need the number of classes
scoreLabels(new Uint8Array(4), new Uint8Array(4), {});
// @ts-expect-error the options are read, never written
index.squared = false;
