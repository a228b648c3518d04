// The oracle for the losses of two parts, Dice beside cross-entropy or beside the focal loss, in naive float64 loops.
// Shares nothing with src.
import { exactSum } from "./reference.ts";
import {
  axesOf,
  diceRows,
  groupsOf,
  isLabels,
  logSoftmax,
  type Numbers,
  type Oracle,
  type Region,
  type RegionOptions,
  reduce,
  regionReference,
  regionsOf,
} from "./regions-reference.ts";

export interface CompoundOptions extends RegionOptions {
  lambdaDice?: number;
  lambdaCrossEntropy?: number;
  labelSmoothing?: number;
  lambdaFocal?: number;
}

/** a·b, where 0 times an infinity is 0: what it tends to as a logit grows. */
function times(a: number, b: number): number {
  const product = a * b;
  return Number.isNaN(product) && !Number.isNaN(a) && !Number.isNaN(b) ? 0 : product;
}

export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** What is read of the logits, whatever the Dice part makes of them. */
function leaving({ shape, layout, ignoreIndex, mask }: CompoundOptions): RegionOptions {
  return {
    ...(shape && { shape }),
    ...(layout && { layout }),
    ...(ignoreIndex !== undefined && { ignoreIndex }),
    ...(mask && { mask }),
  };
}

/** The logits and targets of one position, class by class. */
interface Position {
  x: number[];
  t: number[];
}

function positionsOf(prediction: Numbers, target: Numbers, options: CompoundOptions): Position[] {
  const positions = (classes: Region[]): Position[] =>
    classes[0].p.map((_, i) => ({ x: classes.map(({ p }) => p[i]), t: classes.map(({ t }) => t[i]) }));
  return regionsOf(prediction, target, leaving(options)).flatMap(positions);
}

/** −Σ w·t′·ln softmax(x), t′ being the targets drawn towards equal ones. */
function entropyOfClasses({ x, t }: Position, { weights, labelSmoothing = 0 }: CompoundOptions): number {
  const logs = logSoftmax(x);
  const smoothed = t.map((share) => (1 - labelSmoothing) * share + labelSmoothing / t.length);
  return exactSum(x.length, (c) => times((weights?.[c] ?? 1) * smoothed[c], -logs[c]));
}

/** One class against an implied other one at logit 0, which weighs 1. */
function entropyOfOne({ x: [x], t: [t] }: Position, { weights }: CompoundOptions): number {
  return times((weights?.[0] ?? 1) * t, softplus(-x)) + times(1 - t, softplus(x));
}

function crossEntropy(prediction: Numbers, target: Numbers, options: CompoundOptions): number {
  const positions = positionsOf(prediction, target, options);
  const { classes } = axesOf(options, prediction.length);
  const entropy = classes === 1 ? entropyOfOne : entropyOfClasses;
  const sum = exactSum(positions.length, (i) => entropy(positions[i], options));
  if (options.reduction === "sum") return sum;
  const weightOf = ({ t }: Position): number => exactSum(classes, (c) => (options.weights?.[c] ?? 1) * t[c]);
  const byLabels = isLabels(target) && classes > 1;
  const count = byLabels ? exactSum(positions.length, (i) => weightOf(positions[i])) : positions.length;
  return count === 0 ? 0 : sum / count;
}

const diceCrossEntropyLoss: Oracle<CompoundOptions> = (prediction, target, options = {}) => {
  const { classes } = axesOf(options, prediction.length);
  const { lambdaDice = 1, lambdaCrossEntropy = 1, weights } = options;
  const kept = options.includeBackground === false ? weights?.slice(1) : weights;
  const activation = options.activation ?? (classes === 1 ? "sigmoid" : "softmax");
  const dice = regionReference.diceLoss(prediction, target, { ...options, activation, ...(kept && { weights: kept }) });
  return times(lambdaDice, dice as number) + times(lambdaCrossEntropy, crossEntropy(prediction, target, options));
};

/** The focal loss of one logit: its binary cross-entropy times (1 − the probability of the truth)^γ. */
function focalAt(x: number, t: number, { gamma = 2, alpha }: CompoundOptions): number {
  const entropy = times(1 - t, Math.max(x, 0)) + times(t, Math.max(-x, 0)) + Math.log1p(Math.exp(-Math.abs(x)));
  const modulation = Math.exp(-times(gamma, softplus(times(x, 2 * t - 1))));
  const balance = alpha === undefined ? 1 : alpha * t + (1 - alpha) * (1 - t);
  return times(balance * modulation, entropy);
}

/** The mean over the positions of one row, of none 0. */
function focalOf(regions: readonly Region[], options: CompoundOptions): number {
  const terms = regions.flatMap(({ p, t }) => p.map((x, i) => focalAt(x, t[i], options)));
  return terms.length === 0 ? 0 : exactSum(terms.length, (i) => terms[i]) / terms.length;
}

const diceFocalLoss: Oracle<CompoundOptions> = (prediction, target, options = {}) => {
  const { lambdaDice = 1, lambdaFocal = 1, activation = "sigmoid", batch, includeBackground } = options;
  const shared = { ...leaving(options), ...(batch && { batch }), ...(includeBackground === false && { includeBackground }) };
  const focal = groupsOf(prediction, target, shared).flatMap((group) => group.map((regions) => focalOf(regions, options)));
  const dice = diceRows(prediction, target, { ...options, activation });
  const rows = dice.map((row, k) => ({ ...row, value: times(lambdaDice, row.value) + times(lambdaFocal, focal[k]) }));
  return reduce(rows, options);
};

/** The losses of two parts, by their public names. */
export const compoundReference = { diceCrossEntropyLoss, diceFocalLoss } as const;

export type CompoundName = keyof typeof compoundReference;
