// What stands behind every public index and loss: a ratio over the sums of a region, and a curve over its value.
import type { Prediction, Target } from "./arrays.ts";
import { checkAmount, checkOptions, checkWord, wrongValue } from "./check.ts";
import { checkOperands, overlapOf, sumStraight } from "./dispatch.ts";
import { type Curve, DICE, FORMS, focal, IDENTITY, JACCARD, type Ratio, tversky, type Weighting } from "./formulas.ts";
import {
  type AnyOptions,
  checkClasses,
  GENERALIZED,
  INDEX,
  LOSS,
  type OverlapOptions,
  readSettings,
  type Settings,
  TAKING,
  WEIGHTS,
} from "./options.ts";
import { Overlap } from "./overlap.ts";
import { type Plan, valueOfOverlap, valueOfSizes } from "./reduce.ts";
import { passingSizes } from "./sums.ts";

/** What a public function computes: its options, its ratio and its curve. */
export interface Measure {
  readonly name: string;
  readonly options: readonly string[];
  ratio(options: AnyOptions): Ratio;
  weighting?(options: AnyOptions): Weighting;
  curve(options: AnyOptions): Curve;
  /** The plan of a call without options, once made. */
  plan?: Plan;
}

const FORM_NAMES = ["complement", "negative", "log"] as const;
const WEIGHTINGS = ["square", "simple", "uniform"] as const;
const plain = (): Curve => IDENTITY;
const form = (options: AnyOptions): Curve => FORMS[checkWord("form", options.form, FORM_NAMES)];
const weighted = (options: AnyOptions): Ratio =>
  tversky(checkAmount("alpha", options.alpha, 0.5), checkAmount("beta", options.beta, 0.5));

export const DICE_COEFFICIENT: Measure = { name: "diceCoefficient", options: INDEX, ratio: () => DICE, curve: plain };
export const DICE_LOSS: Measure = { name: "diceLoss", options: LOSS, ratio: () => DICE, curve: form };
export const JACCARD_INDEX: Measure = { name: "jaccardIndex", options: INDEX, ratio: () => JACCARD, curve: plain };
export const JACCARD_LOSS: Measure = { name: "jaccardLoss", options: LOSS, ratio: () => JACCARD, curve: form };
export const TVERSKY_INDEX: Measure = { name: "tverskyIndex", options: [...INDEX, ...WEIGHTS], ratio: weighted, curve: plain };
export const TVERSKY_LOSS: Measure = { name: "tverskyLoss", options: [...LOSS, ...WEIGHTS], ratio: weighted, curve: form };
export const FOCAL_TVERSKY_LOSS: Measure = {
  name: "focalTverskyLoss",
  options: [...INDEX, ...WEIGHTS, "gamma"],
  ratio: weighted,
  curve: (options) => focal(checkAmount("gamma", options.gamma, 0.75)),
};
/** Its classes are weighed and summed before the one ratio of a sample. */
export const GENERALIZED_DICE_LOSS: Measure = {
  name: "generalizedDiceLoss",
  options: GENERALIZED,
  ratio: () => DICE,
  weighting: (options) => checkWord("weighting", options.weighting, WEIGHTINGS),
  curve: form,
};

/** The plan of a call; that of a call without options is made once. */
function planOf(measure: Measure, options: unknown): Plan {
  if (options === undefined) {
    measure.plan ??= readPlan(measure, {});
    return measure.plan;
  }
  checkOptions(options, measure.options, measure.name);
  return readPlan(measure, options as AnyOptions);
}

export function readPlan(measure: Measure, options: AnyOptions): Plan {
  const settings = readSettings(options);
  const weighting = measure.weighting?.(options);
  return {
    settings,
    ratio: measure.ratio(options),
    weighting,
    curve: measure.curve(options),
    straight: weighting === undefined && options.shape === undefined && options.layout === undefined && isStraight(settings),
  };
}

/** Whether the value is that of one region, of the data as it is. */
function isStraight({ taking, leaving, includeBackground, weights, reduction }: Settings): boolean {
  const asItIs = taking.activation === "none" && taking.threshold === undefined;
  const all = leaving.ignoreIndex === undefined && leaving.mask === undefined && includeBackground;
  return asItIs && all && weights === undefined && reduction === "mean";
}

/** The value of a public function, of arrays or of an overlap. */
export function evaluate(measure: Measure, first: Prediction | Overlap, second: unknown, third: unknown): number | Float64Array {
  if (first instanceof Overlap) {
    const plan = planOf(measure, second);
    checkTaken(first, (second ?? {}) as OverlapOptions);
    checkClasses(first.classes, plan.settings);
    return valueOfOverlap(plan, first);
  }
  return evaluateArrays(planOf(measure, third), first, second as Target, (third ?? NONE) as OverlapOptions);
}

const NONE = {};

function evaluateArrays(plan: Plan, prediction: Prediction, target: Target, options: OverlapOptions): number | Float64Array {
  const { taking, leaving } = plan.settings;
  const engine = plan.straight ? sumStraight(prediction, target, taking) : undefined;
  if (engine) return valueOfSizes(plan, passingSizes(engine, taking));
  const geometry = checkOperands(prediction, target, options, taking, leaving);
  checkClasses(geometry.classes, plan.settings);
  return valueOfOverlap(plan, overlapOf(prediction, target, geometry, taking, leaving));
}

/** Options that say how sums are taken come too late for an overlap; `intersection` may repeat what it was taken with. */
function checkTaken(overlap: Overlap, options: OverlapOptions): void {
  for (const name of TAKING) {
    const value = options[name as keyof OverlapOptions];
    if (name !== "intersection" && value !== undefined) wrongValue(name, "to be given where the overlap is taken", value);
  }
  if (options.intersection !== undefined && overlap.kind !== null && options.intersection !== overlap.kind) {
    wrongValue("intersection", `"${overlap.kind}" (as the overlap was taken)`, `"${options.intersection}"`);
  }
}
