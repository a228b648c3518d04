// The public API of dice-wasm.
export type { IntegerArray, Prediction, Target } from "./arrays.ts";
export { diceCrossEntropyLoss, diceFocalLoss } from "./compounds.ts";
export type { Smoothing } from "./formulas.ts";
export type { DataLayout, ShapeOptions } from "./geometry.ts";
export { type GradientOptions, type Loss, type ValueAndGradient, valueAndGradient } from "./gradient.ts";
export { diceCoefficient, diceLoss, generalizedDiceLoss, jaccardIndex, jaccardLoss, overlap } from "./losses.ts";
export type {
  DiceCrossEntropyOptions,
  DiceFocalOptions,
  FocalTverskyOptions,
  GeneralizedOptions,
  IndexOptions,
  LossOptions,
  OverlapOptions,
  Reduction,
  Result,
  TverskyWeights,
} from "./options.ts";
export { Overlap, type OverlapJSON } from "./overlap.ts";
export type { ClassScores, Ratios } from "./ratios.ts";
export type { Intersection } from "./rows.ts";
export {
  type LabelOptions,
  type ProbabilityOptions,
  type ScoreOptions,
  type Scores,
  scoreLabels,
} from "./scores.ts";
export { focalTverskyLoss, tverskyIndex, tverskyLoss } from "./tversky.ts";
export { type AllocateOptions, allocate, type Workspace } from "./workspace.ts";
