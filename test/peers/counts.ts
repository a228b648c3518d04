// Scores of labels and of masks: torchmetrics, scikit-learn, TensorFlow Addons and surface-distance.
import { diceCoefficient, type Ratios, type ScoreOptions, type Scores, scoreLabels } from "../../src/index.ts";
import { extentOf, nanMean, oneHot, rowsOf } from "./call.ts";
import type { Adapter, Case } from "./case.ts";

/** null is scikit-learn's "none"; "samples" is the mean over samples of all their labels together. */
type Average = "none" | null | "micro" | "macro" | "weighted" | "binary" | "samples";

interface TorchMetrics {
  readonly num_classes: number;
  readonly average?: Average;
  readonly include_background?: boolean;
  readonly aggregation_level?: "samplewise" | "global";
  readonly input_format?: "one-hot" | "index" | "mixed";
  readonly reduce?: string;
  readonly per_class?: boolean;
}

/** A value for each sample, or for all samples pooled; `reduce` takes the mean of those. */
export const tmDiceScore: Adapter = (peers) => {
  const given = unmixed(peers);
  const { average = "macro", aggregation_level, reduce } = given.params as unknown as TorchMetrics;
  const scores = aggregation_level === "global" ? scoresOf(given, 1) : scoresOf(given, given.shape[0]);
  const rows = scores.map((score) => averaged(score, average, "dice"));
  return { values: reduce ? rows[0].map((_, c) => nanMean(rows.map((row) => row[c]))) : rows.flat() };
};

/** A class that is in neither has −1, and no part in the mean. Labels of two axes are one sample. */
export const tmMeanIou: Adapter = (peers) => {
  const given = unmixed(peers);
  const scores = scoresOf(given, given.shape.length > 2 ? given.shape[0] : 1);
  if (!given.params.per_class) return { values: scores.map(({ macro }) => macro.jaccard) };
  return { values: scores.flatMap(({ classes }) => classes.map(({ jaccard }) => (Number.isNaN(jaccard) ? -1 : jaccard))) };
};

/** "mixed" has labels on one side; they become one-hot as the other is. */
function unmixed(given: Case): Case {
  const { params, shape, target_shape, input, target } = given;
  if (params.input_format !== "mixed") return given;
  const whole = shape.length > target_shape.length ? shape : target_shape;
  const planesOf = (list: readonly number[], { length }: readonly number[]) =>
    length === whole.length ? list : Array.from(oneHot(list, extentOf(whole)));
  return {
    ...given,
    params: { ...params, input_format: "one-hot" },
    shape: whole,
    target_shape: whole,
    input: planesOf(input, shape),
    target: planesOf(target, target_shape),
  };
}

/** The scores of each of so many samples. Of planes with any soft value the largest class counts; of one class, always that. */
function scoresOf(given: Case, samples: number): Scores[] {
  const { num_classes, input_format = "one-hot", include_background = true } = given.params as unknown as TorchMetrics;
  const isHot = input_format === "one-hot";
  const isSoft = !given.input.every(Number.isInteger);
  const isOne = (isHot ? given.shape[1] : num_classes) === 1; // which is never the background
  const options = { includeBackground: include_background || isOne };
  return samplesOf(given, samples).map(({ shape, input, target }) => {
    if (!isHot) return scoreLabels(Int32Array.from(input), Int32Array.from(target), { ...options, classes: num_classes });
    const prediction = isSoft && isOne ? input.map(() => 1) : input;
    return scoreLabels(prediction, target, { ...options, shape, ...((isOne || !isSoft) && { threshold: 0.5 }) });
  });
}

/** A case for each sample. */
function samplesOf(given: Case, samples: number): Case[] {
  const targets = rowsOf(given.target, given.target.length / samples);
  const shape = [given.shape[0] / samples, ...given.shape.slice(1)];
  return rowsOf(given.input, given.input.length / samples).map((input, i) => ({ ...given, shape, input, target: targets[i] }));
}

/** [TP, FP, TN, FN] of each class of each sample, as MONAI has them. */
export const confusionMatrix: Adapter = (given) => {
  const options = { includeBackground: given.params.include_background !== false, threshold: 0.5 };
  const scores = samplesOf(given, given.shape[0]).map(({ shape, input, target }) =>
    scoreLabels(input, target, { ...options, shape }),
  );
  const values = scores.flatMap(({ classes }) =>
    classes.flatMap((of) => [of.truePositives, of.falsePositives, of.trueNegatives, of.falseNegatives]),
  );
  return { values };
};

interface SciKit {
  readonly average: Average;
  readonly num_classes?: number;
  readonly beta?: number;
  /** "warn(0)" is 0, null NaN. */
  readonly zero_division?: "warn(0)" | number | null;
  readonly pos_label?: number;
}

export const sklearnFBeta: Adapter = (given) => sklearn(given, "fBeta");
export const sklearnJaccardOfLabels: Adapter = (given) => sklearn(given, "jaccard");

function sklearn({ params, input, target }: Case, ratio: keyof Ratios): ReturnType<Adapter> {
  const { average, num_classes = 2, beta = 1, zero_division, pos_label } = params as unknown as SciKit;
  const empty = average === "binary" ? emptyOf(zero_division) : Number.NaN; // else a class in neither is none
  const scores = scoreLabels(Int32Array.from(input), Int32Array.from(target), { classes: num_classes, beta, empty });
  const values = averaged(scores, average, ratio, pos_label);
  return { values: values.filter((_, c) => values.length === 1 || !scores.skipped.includes(c)) };
}

/** Rows are samples and columns labels, each of which is a mask. */
export const sklearnJaccardOfMasks: Adapter = ({ params, shape, input, target }) => {
  const { average, zero_division } = params as unknown as SciKit;
  const options = { threshold: 0.5, empty: emptyOf(zero_division) };
  if (average !== "samples") {
    return { values: averaged(scoreLabels(input, target, { ...options, shape }), average, "jaccard") };
  }
  const targets = rowsOf(target, shape[1]);
  const samples = rowsOf(input, shape[1]).map((row, i) => scoreLabels(row, targets[i], { ...options, shape: [1, shape[1]] }));
  return { values: [nanMean(samples.map(({ micro }) => micro.jaccard))] };
};

function emptyOf(zeroDivision: SciKit["zero_division"]): number {
  return zeroDivision === null ? Number.NaN : Number(zeroDivision === 1);
}

interface Addons {
  readonly average: Average;
  readonly beta: number;
  readonly threshold: number | null;
}

/** F_β of [samples, classes], above the threshold; without one all that are as large as the largest of a row count, but for 0. */
export const tfaFBeta: Adapter = ({ params, shape, input, target }) => {
  const { average, beta, threshold } = params as unknown as Addons;
  const chosen = rowsOf(input, shape[1]).flatMap((row) => {
    const least = Math.max(...row);
    return row.map((p) => Number(threshold == null ? p >= least && Math.abs(p) > 1e-12 : p > threshold));
  });
  const options: ScoreOptions = { beta, empty: 0 };
  return { values: averaged(scoreLabels(chosen, target, { ...options, shape, threshold: 0.5 }), average, "fBeta") };
};

export const volumetricDice: Adapter = ({ input, target }) => {
  return { values: [diceCoefficient(input, Uint8Array.from(target), { smooth: 0, empty: Number.NaN })] };
};

function averaged(scores: Scores, average: Average, ratio: keyof Ratios, positive = 1): number[] {
  if (average === "none" || average === null) return scores.classes.map((score) => score[ratio]);
  if (average === "samples") throw new RangeError("only masks have an average over samples");
  return average === "binary" ? [scores.classes[positive][ratio]] : [scores[average][ratio]];
}
