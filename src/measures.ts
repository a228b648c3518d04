// What stands behind every public index and loss: a ratio over the sums of a region, and a curve over its value.
import { checkPair, type Prediction, type Target } from "./arrays.ts";
import { checkAmount, checkOptions, checkWord, wrongValue } from "./check.ts";
import { type Curve, DICE, FORMS, focal, IDENTITY, indexOf, JACCARD, type Ratio, type Sizes, tversky } from "./formulas.ts";
import { type AnyOptions, INDEX, LOSS, type OverlapOptions, readSettings, type Settings, WEIGHTS } from "./options.ts";
import { Overlap } from "./overlap.ts";
import { Pair } from "./passes.ts";

/** What a public function computes: its options, its ratio and its curve. */
export interface Measure {
  readonly name: string;
  readonly options: readonly string[];
  ratio(options: AnyOptions): Ratio;
  curve(options: AnyOptions): Curve;
  /** The plan of a call without options, once made. */
  plan?: Plan;
}

/** A measure with its options read. */
export interface Plan {
  readonly settings: Settings;
  readonly ratio: Ratio;
  readonly curve: Curve;
}

const FORM_NAMES = ["complement", "negative", "log"] as const;
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
  return { settings: readSettings(options), ratio: measure.ratio(options), curve: measure.curve(options) };
}

function measured({ ratio, curve, settings }: Plan, sizes: Sizes): number {
  return curve.value(indexOf(ratio, settings.smooth, settings.empty, sizes));
}

/** The value of a public function, of arrays or of an overlap. */
export function evaluate(measure: Measure, first: Prediction | Overlap, second: unknown, third: unknown): number {
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
