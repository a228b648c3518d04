// MONAI's metrics: one value for each sample and class, NaN where it is left out, and MONAI's own reduction of them.
import {
  type ClassScores,
  diceCoefficient,
  generalizedDiceLoss,
  jaccardIndex,
  type Overlap,
  overlap,
  type Scores,
  scoreLabels,
} from "../../src/index.ts";
import { type Extent, extentOf, nanMean, oneHot, product, rowsOf, sum } from "./call.ts";
import type { Adapter, Answer, Case } from "./case.ts";

type MonaiReduction = "none" | "mean" | "sum" | "mean_batch" | "sum_batch" | "mean_channel" | "sum_channel";

interface Params {
  readonly include_background?: boolean;
  readonly reduction?: MonaiReduction;
  readonly ignore_empty?: boolean;
  readonly num_classes?: number | null;
  readonly sum_over_classes?: boolean;
  readonly weight_type?: "square" | "simple" | "uniform";
  readonly metric_name?: string;
  readonly compute_sample?: boolean;
}

type Rows = readonly (readonly number[])[];

export const diceMetric: Adapter = (given) => {
  const sums = sumsOf(given);
  return reduce(given, kept(given, sums, diceCoefficient(sums, { smooth: 0, empty: 1, reduction: "none" })));
};

export const iouMetric: Adapter = (given) => {
  const sums = sumsOf(given);
  return reduce(given, kept(given, sums, jaccardIndex(sums, { smooth: 0, empty: 1, reduction: "none" })));
};

export const generalizedDiceMetric: Adapter = (given) => {
  const { reduction = "mean", weight_type = "square", sum_over_classes } = given.params as Params;
  const sums = sumsOf(given);
  const includeBackground = keepsBackground(given, sums.classes);
  const options = { smooth: 0, empty: 1, reduction: "none", includeBackground } as const;
  if (!(sum_over_classes ?? ["mean", "sum", "mean_channel", "sum_channel"].includes(reduction))) {
    return reduce(given, rowsOf(diceCoefficient(sums, options), sums.classes - Number(!includeBackground))); // the weights cancel
  }
  const negative = generalizedDiceLoss(sums, { ...options, weighting: weight_type, form: "negative" });
  return reduce(
    given,
    Array.from(negative, (value) => [-value]),
  );
};

/**
 * Ratios of counts, sample by sample, that are reduced; or without `compute_sample` ratios of the reduced counts, whose mean
 * gives the ratios that their sum gives. By the library where it has them, the others here, of its counts.
 */
export const confusionMatrixMetric: Adapter = (given) => {
  const { shape, input, target, params } = given;
  const { metric_name = "tpr", compute_sample = false, reduction = "mean" } = params as Params;
  const name = metric_name.toLowerCase().replaceAll(" ", "_");
  const ratio = RATIOS[ALIASES[name] ?? name];
  const options = { threshold: 0.5, includeBackground: keepsBackground(given, shape[1]) };
  const one = [1, ...shape.slice(1)];
  const targets = rowsOf(target, product(one));
  const samples = rowsOf(input, product(one)).map((sample, i) => scoreLabels(sample, targets[i], { ...options, shape: one }));
  if (compute_sample || reduction === "none") {
    return reduce(
      given,
      samples.map(({ classes }) => classes.map(ratio)),
    );
  }
  if (reduction.endsWith("_channel")) return { values: samples.map((scores) => ratio(pooled(scores))) };
  const whole = scoreLabels(input, target, { ...options, shape });
  return { values: reduction.endsWith("_batch") ? whole.classes.map(ratio) : [ratio(pooled(whole))] };
};

/** The counts of all classes together, and their ratios. */
function pooled({ classes, micro }: Scores): ClassScores {
  const all = (count: "truePositives" | "falsePositives" | "falseNegatives" | "trueNegatives") =>
    sum(classes.map((scores) => scores[count]));
  return {
    ...micro,
    label: -1,
    truePositives: all("truePositives"),
    falsePositives: all("falsePositives"),
    falseNegatives: all("falseNegatives"),
    trueNegatives: all("trueNegatives"),
  };
}

const RATIOS: Readonly<Record<string, (scores: ClassScores) => number>> = {
  tpr: ({ recall }) => recall,
  tnr: ({ specificity }) => specificity,
  ppv: ({ precision }) => precision,
  f1: ({ dice }) => dice,
  ts: ({ jaccard }) => jaccard,
  fnr: ({ recall }) => 1 - recall,
  fpr: ({ specificity }) => 1 - specificity,
  fdr: ({ precision }) => 1 - precision,
  ba: ({ recall, specificity }) => (recall + specificity) / 2,
  bm: ({ recall, specificity }) => recall + specificity - 1,
  fm: ({ precision, recall }) => Math.sqrt(precision * recall),
  pt: ({ recall, specificity }) => (Math.sqrt(recall * (1 - specificity)) + specificity - 1) / (recall + specificity - 1),
  npv: ({ trueNegatives: tn, falseNegatives: fn }) => tn / (tn + fn),
  mk: ({ precision, trueNegatives: tn, falseNegatives: fn }) => precision + tn / (tn + fn) - 1,
  for: ({ trueNegatives: tn, falseNegatives: fn }) => fn / (tn + fn),
  acc: ({ truePositives: tp, trueNegatives: tn, falsePositives: fp, falseNegatives: fn }) => (tp + tn) / (tp + tn + fp + fn),
  mcc: ({ truePositives: tp, trueNegatives: tn, falsePositives: fp, falseNegatives: fn }) =>
    (tp * tn - fp * fn) / Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)),
};

/** MONAI's longer names of them. */
const ALIASES: Readonly<Record<string, string>> = {
  sensitivity: "tpr",
  recall: "tpr",
  hit_rate: "tpr",
  true_positive_rate: "tpr",
  specificity: "tnr",
  selectivity: "tnr",
  true_negative_rate: "tnr",
  precision: "ppv",
  positive_predictive_value: "ppv",
  negative_predictive_value: "npv",
  miss_rate: "fnr",
  false_negative_rate: "fnr",
  fall_out: "fpr",
  false_positive_rate: "fpr",
  false_discovery_rate: "fdr",
  false_omission_rate: "for",
  prevalence_threshold: "pt",
  threat_score: "ts",
  critical_success_index: "ts",
  csi: "ts",
  accuracy: "acc",
  balanced_accuracy: "ba",
  f1_score: "f1",
  matthews_correlation_coefficient: "mcc",
  fowlkes_mallows_index: "fm",
  informedness: "bm",
  bookmaker_informedness: "bm",
  markedness: "mk",
  deltap: "mk",
};

/** A single class is kept whatever is said. */
function keepsBackground({ params }: Case, classes: number): boolean {
  return (params as Params).include_background !== false || classes === 1;
}

function sumsOf({ params, shape, target_shape, input, target }: Case): Overlap {
  const [samples, channels, positions] = extentOf(shape);
  const classes = (params as Params).num_classes ?? channels;
  const extent: Extent = [samples, classes, positions];
  const planes = (list: readonly number[], given: number) => (given === 1 && classes > 1 ? oneHot(list, extent) : list);
  return overlap(planes(input, channels), planes(target, target_shape[1]), { shape: extent });
}

/** The rows, without the background unless it is included, and NaN for what the target has nothing of if that is ignored. */
function kept(given: Case, { classes, target }: Overlap, values: ArrayLike<number>): Rows {
  const { ignore_empty = true } = given.params as Params;
  const rows = Array.from(values, (value, row) => (ignore_empty && target[row] === 0 ? Number.NaN : value));
  return rowsOf(rows, classes).map((row) => (keepsBackground(given, classes) ? row : row.slice(1)));
}

/** `do_metric_reduction`: NaN counts for nothing, and of NaNs alone both the mean and the sum are 0. */
function reduce({ params }: Case, rows: Rows): Answer {
  const { reduction = "mean" } = params as Params;
  if (reduction === "none") return { values: rows.flat(), notNans: rows.flat().map((value) => count([value])) };
  if (reduction === "sum") return over([rows.flat()], total);
  if (reduction === "mean") {
    const samples = rows.filter((row) => count(row) > 0).map(mean);
    return { values: [mean(samples)], notNans: [samples.length] };
  }
  const [name, axis] = reduction.split("_");
  return over(axis === "batch" ? columnsOf(rows) : rows, name === "mean" ? mean : total);
}

function over(groups: Rows, of: (values: readonly number[]) => number): Answer {
  return { values: groups.map(of), notNans: groups.map(count) };
}

const numbersOf = (values: readonly number[]) => values.filter((value) => !Number.isNaN(value));
const count = (values: readonly number[]): number => numbersOf(values).length;
const total = (values: readonly number[]): number => sum(numbersOf(values));
const mean = (values: readonly number[]): number => (count(values) > 0 ? nanMean(values) : 0);

function columnsOf(rows: Rows): Rows {
  return rows[0].map((_, c) => rows.map((row) => row[c]));
}
