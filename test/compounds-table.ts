// What the tests of the losses of two parts run over, beside the data of the tests of many regions.
import { diceCrossEntropyLoss, diceFocalLoss, type Prediction, type Target } from "../src/index.ts";
import { type CompoundName, type CompoundOptions, compoundReference } from "./compounds-reference.ts";
import type { RegionName, RegionOptions } from "./regions-reference.ts";
import {
  boundOf,
  type Data,
  dataOf,
  known,
  type Layout,
  NAMES,
  numbers,
  pick,
  REGION_MEASURES,
  randomCall,
} from "./regions-table.ts";
import { random } from "./table.ts";

export type CompoundMeasure = (prediction: Prediction, target: Target, options?: CompoundOptions) => number | Float64Array;

export const COMPOUND_MEASURES: Record<CompoundName, CompoundMeasure> = {
  diceCrossEntropyLoss: diceCrossEntropyLoss as CompoundMeasure,
  diceFocalLoss: diceFocalLoss as CompoundMeasure,
};

export const COMPOUND_NAMES = Object.keys(COMPOUND_MEASURES) as CompoundName[];

/** The family and the losses of two parts, for what all of them keep to. */
export const ALL_MEASURES = { ...REGION_MEASURES, ...COMPOUND_MEASURES };
export const ALL_NAMES = [...NAMES, ...COMPOUND_NAMES] as const;

/** A random call of any of them, with the options that it knows. */
export function randomCallOf(name: RegionName | CompoundName, seed: number) {
  if (name in COMPOUND_MEASURES) return randomCompoundCall(name as CompoundName, seed);
  const { prediction, target, options } = randomCall(seed);
  return { prediction, target, options: known(name as RegionName, options) };
}

/** The weight of the other part than Dice. */
export const LAMBDA = { diceCrossEntropyLoss: "lambdaCrossEntropy", diceFocalLoss: "lambdaFocal" } as const;

/** Each option that changes a part or how parts are reduced, alone and with those that it meets. */
export const COMPOUND_WAYS: readonly CompoundOptions[] = [
  {},
  { activation: "none" },
  { activation: "sigmoid" },
  { activation: "softmax" },
  { lambdaDice: 0.5, lambdaCrossEntropy: 2, lambdaFocal: 3 },
  { lambdaDice: 0, labelSmoothing: 0.1, gamma: 0 },
  { labelSmoothing: 1, gamma: 0.5, alpha: 0.25 },
  { labelSmoothing: 0.5, gamma: 1, alpha: 1, weights: [0.5, 2, 0] },
  { gamma: 3.5, alpha: 0, weights: [0.5, 2, 1], reduction: "sum" },
  { weights: [0.5, 2, 0] },
  { weights: [0.5, 2, 3], includeBackground: false },
  { weights: [0.5, 2, 3], includeBackground: false, batch: true, reduction: "sum", labelSmoothing: 0.2 },
  { includeBackground: false, reduction: "none" },
  { batch: true },
  { batch: true, reduction: "sum" },
  { reduction: "sum" },
  { reduction: "none", weights: [0.5, 2, 0], batch: true },
  { squared: true, form: "log" },
  { form: "negative", smooth: { numerator: 0, denominator: 1e-5 } },
  { intersection: "minimum", smooth: 0, empty: 0 },
  { smooth: 0, empty: Number.NaN },
];

/** Only the options that the loss knows, of `classes` classes; weights are given for all of them. */
export function knownOfCompound(name: CompoundName, classes: number, options: CompoundOptions): CompoundOptions {
  const { lambdaCrossEntropy, labelSmoothing, lambdaFocal, gamma, alpha, beta, weighting, weights, reduction, ...dice } = options;
  if (name === "diceCrossEntropyLoss") {
    return {
      ...dice,
      ...(weights && { weights }),
      ...(lambdaCrossEntropy !== undefined && { lambdaCrossEntropy }),
      ...(labelSmoothing !== undefined && classes > 1 && { labelSmoothing }),
      ...(reduction && { reduction: reduction === "none" ? "mean" : reduction }),
    };
  }
  return {
    ...dice,
    ...(weights && { weights: dice.includeBackground === false ? weights.slice(1) : weights }),
    ...(lambdaFocal !== undefined && { lambdaFocal }),
    ...(gamma !== undefined && { gamma }),
    ...(alpha !== undefined && { alpha }),
    ...(reduction && { reduction }),
  };
}

/** Of two samples and three classes, logits, or with the activation "none" probabilities, which serve as logits too. */
export function compoundData(
  spatial: readonly number[],
  layout: Layout,
  seed: number,
  { activation }: CompoundOptions = {},
): Data {
  return dataOf(2, 3, spatial, layout, seed, activation !== "none");
}

/** A random call with every option that means anything to the loss. */
export function randomCompoundCall(name: CompoundName, seed: number) {
  const { prediction, target, options } = randomCall(seed);
  const next = random(seed ^ 0x5a5a);
  const classes = (options.layout === "channels-last" ? options.shape?.at(-1) : options.shape?.[1]) ?? 1;
  const all: CompoundOptions = {
    ...options,
    lambdaDice: pick([1, 0, 0.5], next),
    lambdaCrossEntropy: pick([1, 0, 2], next),
    lambdaFocal: pick([1, 0, 2], next),
    labelSmoothing: pick([0, 0.1, 0.5, 1], next),
    gamma: pick([0, 0.5, 1, 2, 3.7], next),
    ...(options.weights && { weights: Array.from({ length: classes }, () => 0.1 + next()) }),
  };
  const alpha = pick([undefined, 0, 0.25, 1], next);
  const { alpha: _, ...rest } = all;
  return { prediction, target, options: knownOfCompound(name, classes, { ...rest, ...(alpha !== undefined && { alpha }) }) };
}

/** How far the part beside Dice may be from the oracle's, in parts of itself; twice what was measured, and less. */
const RELATIVE = { diceCrossEntropyLoss: 2e-7, diceFocalLoss: 1e-6 } as const;

/** How far a value may be from the oracle's: the Dice part's bound, and that of the other part. */
export function boundOfCompound(
  name: CompoundName,
  prediction: ArrayLike<number>,
  target: ArrayLike<number>,
  options: CompoundOptions,
): number {
  const { lambdaDice = 1, activation = "sigmoid", ...rest } = options;
  const other = numbers(compoundReference[name](prediction, target, { ...rest, lambdaDice: 0 }));
  const largest = Math.max(0, ...other.map(Math.abs).filter(Number.isFinite));
  return lambdaDice * boundOf({ ...rest, activation } as RegionOptions) + RELATIVE[name] * largest;
}
