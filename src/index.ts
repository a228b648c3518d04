// The public door of dice-wasm.
export type { IntegerArray, Prediction, Target } from "./arrays.ts";
export type { Smoothing } from "./formulas.ts";
export {
  diceCoefficient,
  diceLoss,
  focalTverskyLoss,
  jaccardIndex,
  jaccardLoss,
  type Loss,
  overlap,
  tverskyIndex,
  tverskyLoss,
  type ValueAndGradient,
  valueAndGradient,
} from "./losses.ts";
export type { FocalTverskyOptions, IndexOptions, LossOptions, OverlapOptions, TverskyWeights } from "./options.ts";
export { type Intersection, Overlap, type OverlapJSON } from "./overlap.ts";
export { type AllocateOptions, allocate, type Workspace } from "./workspace.ts";
