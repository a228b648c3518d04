// What each public index and loss is made of: a ratio over the sums of a region, a curve over its value, and in the
// compound losses a pointwise loss added to it.
import type { Prediction, Target } from "./arrays.ts";
import { checkAmount, checkOptions, checkShare, checkWord, refuseLate, wrongKind, wrongValue } from "./check.ts";
import { callOf, passOf, sumsOfPass } from "./dispatch.ts";
import {
  type Curve,
  DICE,
  FORMS,
  focal,
  IDENTITY,
  JACCARD,
  type Ratio,
  times,
  tversky,
  WEIGHTINGS,
  type Weighting,
  weighed,
} from "./formulas.ts";
import { readGeometry } from "./geometry.ts";
import { type AnyOptions, COMMON, TAKING } from "./options.ts";
import type { Overlap } from "./overlap.ts";
import { crossEntropyLoss, focalLoss, type Pointwise } from "./pointwise.ts";
import { type Plan, valueOfSizes, valueOfSums } from "./reduce.ts";
import { Rows } from "./rows.ts";
import { checkClasses, checkOperands, readSettings, readWeights } from "./settings.ts";
import { sumStraight } from "./straight.ts";
import { sizesOfStretch } from "./sums.ts";

/** What a public function computes: its options, its ratio and its curve. */
export interface Measure {
  readonly name: string;
  /** Options of its own, beside the common ones: lists joined at import are code that bundlers cannot drop. */
  readonly options: readonly string[];
  ratio(options: AnyOptions): Ratio;
  weighting?(options: AnyOptions): Weighting;
  curve(options: AnyOptions): Curve;
  /** The pointwise loss added to it. */
  pointwise?(options: AnyOptions): Pointwise;
  /** Options that the ratio takes in place of those given. */
  ofRatio?(options: AnyOptions): Pick<AnyOptions, "activation" | "weights">;
  /** The plan of calls without options, once made. */
  plan?: Plan;
}

const FORM_NAMES = ["complement", "negative", "log"] as const;
const WEIGHTING_NAMES = ["square", "simple", "uniform"] as const;
const identity = (): Curve => IDENTITY;
const form = (options: AnyOptions): Curve => FORMS[checkWord("form", options.form, FORM_NAMES)];
const formTimesLambda = (options: AnyOptions): Curve => times(form(options), checkAmount("lambdaDice", options.lambdaDice, 1));
const tverskyOf = (options: AnyOptions): Ratio =>
  tversky(checkAmount("alpha", options.alpha, 0.5), checkAmount("beta", options.beta, 0.5));

export const DICE_COEFFICIENT: Measure = { name: "diceCoefficient", options: ["weights"], ratio: () => DICE, curve: identity };
export const DICE_LOSS: Measure = { name: "diceLoss", options: ["weights", "form"], ratio: () => DICE, curve: form };
export const JACCARD_INDEX: Measure = { name: "jaccardIndex", options: ["weights"], ratio: () => JACCARD, curve: identity };
export const JACCARD_LOSS: Measure = { name: "jaccardLoss", options: ["weights", "form"], ratio: () => JACCARD, curve: form };
export const TVERSKY_INDEX: Measure = {
  name: "tverskyIndex",
  options: ["weights", "alpha", "beta"],
  ratio: tverskyOf,
  curve: identity,
};
export const TVERSKY_LOSS: Measure = {
  name: "tverskyLoss",
  options: ["weights", "form", "alpha", "beta"],
  ratio: tverskyOf,
  curve: form,
};
export const FOCAL_TVERSKY_LOSS: Measure = {
  name: "focalTverskyLoss",
  options: ["weights", "alpha", "beta", "gamma"],
  ratio: tverskyOf,
  curve: (options) => focal(checkAmount("gamma", options.gamma, 0.75)),
};
export const GENERALIZED_DICE_LOSS: Measure = {
  name: "generalizedDiceLoss",
  options: ["form", "weighting"],
  ratio: () => DICE,
  weighting: (options) => {
    const weightOf = WEIGHTINGS[checkWord("weighting", options.weighting, WEIGHTING_NAMES)];
    return (classes) => weighed(classes, weightOf);
  },
  curve: form,
};
/** Cross-entropy takes all classes, and so do its weights. */
export const DICE_CROSS_ENTROPY_LOSS: Measure = {
  name: "diceCrossEntropyLoss",
  options: ["weights", "form", "lambdaDice", "lambdaCrossEntropy", "labelSmoothing"],
  ratio: () => DICE,
  curve: formTimesLambda,
  pointwise: crossEntropyOf,
  ofRatio: (options) => {
    const { activation = classesOf(options) > 1 ? "softmax" : "sigmoid", weights, includeBackground } = options;
    return { activation, weights: weights && includeBackground === false ? Array.from(weights).slice(1) : weights };
  },
};
export const DICE_FOCAL_LOSS: Measure = {
  name: "diceFocalLoss",
  options: ["weights", "form", "lambdaDice", "lambdaFocal", "gamma", "alpha"],
  ratio: () => DICE,
  curve: formTimesLambda,
  pointwise: focalOf,
  ofRatio: ({ activation = "sigmoid", weights }) => ({ activation, weights }),
};

function crossEntropyOf(options: AnyOptions): Pointwise {
  const { lambdaCrossEntropy, labelSmoothing, reduction, activation = "softmax", threshold } = options;
  const classes = classesOf(options);
  const weights = readWeights(options.weights);
  if (weights && weights.length !== classes) wrongValue("weights", `${classes} weights, one for each class`, weights.length);
  const smoothing = checkShare("labelSmoothing", labelSmoothing, 0);
  if (smoothing > 0 && classes < 2) wrongValue("labelSmoothing", "0 with one class alone", smoothing);
  const mean = checkWord<string>("reduction", reduction, ["mean", "sum"]) === "mean";
  const isSoftmax = classes > 1 && activation === "softmax" && threshold === undefined;
  const factor = checkAmount("lambdaCrossEntropy", lambdaCrossEntropy, 1);
  return crossEntropyLoss(classes, factor, weights, smoothing, mean, isSoftmax);
}

function focalOf(options: AnyOptions): Pointwise {
  const factor = checkAmount("lambdaFocal", options.lambdaFocal, 1);
  const gamma = checkAmount("gamma", options.gamma, 2);
  return focalLoss(classesOf(options), factor, gamma, checkShare("alpha", options.alpha, undefined));
}

function classesOf(options: AnyOptions): number {
  return readGeometry(options, 0).classes;
}

/** The plan of a measure, with options read from what was `given`; without any it is read once. */
export function planOf(measure: Measure, given: unknown, options: AnyOptions): Plan {
  if (given !== undefined) return readPlan(measure, options);
  measure.plan ??= readPlan(measure, options);
  return measure.plan;
}

function readPlan(measure: Measure, options: AnyOptions): Plan {
  const pointwise = measure.pointwise?.(options);
  const settings = readSettings(options, measure.ofRatio?.(options));
  const weighting = measure.weighting?.(options);
  const { taking, includeBackground, weights, reduction } = settings;
  const isOne = options.shape === undefined && options.layout === undefined && includeBackground;
  const isPlain = weighting === undefined && weights === undefined && reduction === "mean" && pointwise === undefined;
  return {
    settings,
    ratio: measure.ratio(options),
    weighting,
    curve: measure.curve(options),
    pointwise,
    straight: isOne && isPlain && taking.activation !== "softmax" && !taking.excludes,
  };
}

/** The value of a compound loss, whose arguments are arrays. */
export function evaluateCompound(
  measure: Measure,
  prediction: Prediction,
  target: Target,
  options: unknown,
): number | Float64Array {
  if (prediction instanceof Rows) {
    wrongKind("prediction", "an array (the sums of an Overlap do not tell what each position costs)", prediction);
  }
  return evaluate(measure, prediction, target, options);
}

/** The value of a public function, from arrays or from an overlap. */
export function evaluate(measure: Measure, first: Prediction | Overlap, second: unknown, third: unknown): number | Float64Array {
  const ofOverlap = first instanceof Rows;
  if (ofOverlap) refuseLate(third);
  const given = ofOverlap ? second : third;
  const options = checkOptions<AnyOptions>(given, measure.name, TAKING, COMMON, measure.options);
  const plan = planOf(measure, given, options);
  if (!ofOverlap) return evaluateArrays(plan, first as Prediction, second as Target, options);
  checkTaken(first, options);
  checkClasses(first.classes, plan.settings);
  return valueOfSums(plan, { overlap: first });
}

function evaluateArrays(plan: Plan, prediction: Prediction, target: Target, options: AnyOptions): number | Float64Array {
  const { settings, pointwise } = plan;
  const { taking } = settings;
  const engine = plan.straight ? sumStraight(prediction, target, taking) : undefined;
  if (engine) return valueOfSizes(plan, sizesOfStretch(engine, taking));
  const geometry = checkOperands(prediction, target, options, taking, settings.batch);
  checkClasses(geometry.classes, settings);
  const pass = passOf(callOf(prediction, target), geometry, taking, pointwise);
  return valueOfSums(plan, sumsOfPass(pass, target, geometry, pointwise));
}

/** Refuses options that say how sums are computed, which come too late for an overlap; `intersection` may repeat its own. */
function checkTaken(overlap: Rows, options: AnyOptions): void {
  for (const name of TAKING) {
    const value = options[name as keyof AnyOptions];
    if (name !== "intersection" && value !== undefined) wrongValue(name, "to be given where the overlap is taken", value);
  }
  if (options.intersection !== undefined) overlap.checkKind(options.intersection);
}
