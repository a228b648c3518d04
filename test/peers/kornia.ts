// kornia. Softmax always; "micro" pools the classes of a sample; the one-hot target of its Dice is not 0 and 1 but 1e-6
// and 1, while its Tversky picks the probability of the label and pools all classes.
import { diceLoss, generalizedDiceLoss, jaccardIndex, tverskyLoss } from "../../src/index.ts";
import { softmax, softmaxOption, through } from "./activation.ts";
import { call, type Extent, extentOf, maskOf, type Options, oneHot, placeOf, product } from "./call.ts";
import type { Adapter, Answer, Case } from "./case.ts";

interface Params {
  readonly average?: "micro" | "macro";
  readonly eps?: number;
  readonly weight?: readonly number[];
  readonly ignore_index?: number | null;
  readonly alpha?: number;
  readonly beta?: number;
}

const FAINT = 1e-6; // what the one-hot target of Dice adds

/** A case as kornia sees it. */
interface Seen {
  readonly extent: Extent;
  readonly input: readonly number[];
  readonly target: Float64Array;
  readonly mask: Uint8Array;
  readonly smooth: { numerator: number; denominator: number };
}

/** One prediction for two samples of labels is taken for both: its gradient is the sum of theirs. */
function folded(given: Case, answer: Answer): Answer {
  if (!answer.gradient) return answer;
  const gradient = new Float64Array(given.input.length);
  for (const [i, slope] of Array.from(answer.gradient).entries()) gradient[i % gradient.length] += slope;
  return { ...answer, gradient };
}

export const korniaDice: Adapter = (given) => folded(given, dice(given));
export const korniaTversky: Adapter = (given) => folded(given, tversky(given));

function dice(given: Case): Answer {
  const { average = "micro", weight } = given.params as Params;
  if (average === "micro" && weight) return weightedMicro(given, weight);
  const { extent, input, target, mask, smooth } = see(given, FAINT);
  const { activation, ...activated } = softmaxOption(input, extent);
  const options: Options = { shape: extent, activation, mask, smooth };
  const answer =
    average === "macro"
      ? call(given, diceLoss, activated.values, target, { ...options, ...(weight && { weights: weight }) })
      : call(given, generalizedDiceLoss, activated.values, target, { ...options, weighting: "uniform" });
  return through(activated, answer);
}

/** "micro" multiplies prediction and target by the weights, so that the intersection has their squares. */
function weightedMicro(given: Case, weight: readonly number[]): Answer {
  const { extent, input, target, mask, smooth } = see(given, FAINT);
  const weightAt = (i: number): number => weight[Math.floor(i / extent[2]) % extent[1]];
  const probabilities = softmax(input, extent);
  const prediction = probabilities.values.map((p, i) => weightAt(i) * p);
  const weighted = target.map((t, i) => weightAt(i) * t);
  const options: Options = { shape: extent, mask, smooth, weighting: "uniform" };
  const answer = call(given, generalizedDiceLoss, prediction, weighted, options);
  const back = (gradient: ArrayLike<number>) => probabilities.back(Array.from(gradient, (g, i) => weightAt(i) * g));
  return through({ values: prediction, back }, answer);
}

/** All classes as one region, after the softmax over them. */
function tversky(given: Case): Answer {
  const { alpha = 0.5, beta = 0.5 } = given.params as Params;
  const { extent, input, target, mask, smooth } = see(given, 0);
  const [samples, classes, positions] = extent;
  const shape = [samples, 1, classes * positions];
  const everywhere = Uint8Array.from(input, (_, i) => mask[placeOf(i, extent)]);
  const probabilities = softmax(input, extent);
  const options: Options = { shape, mask: everywhere, smooth, alpha, beta };
  return through(probabilities, call(given, tverskyLoss, probabilities.values, target, options));
}

function see(given: Case, faint: number): Seen {
  const { eps = 1e-8, ignore_index = -100 } = given.params as Params;
  const [samples, classes, positions] = extentOf([given.target_shape[0], ...given.shape.slice(1)]);
  const extent: Extent = [samples, classes, positions];
  const input = Array.from({ length: samples * classes * positions }, (_, i) => given.input[i % given.input.length]);
  const labels = given.target.map((label) => (label === ignore_index ? 0 : label));
  const target = oneHot(labels, extent).map((t) => t * (1 - faint) + faint);
  const kept = given.target.map((label) => (label === ignore_index ? 0 : 1));
  return { extent, input, target, mask: maskOf(kept, extent), smooth: { numerator: 0, denominator: eps } };
}

export const korniaMeanIou: Adapter = (given) => {
  const { num_classes, eps = 1e-6 } = given.params as { num_classes: number; eps?: number };
  const extent: Extent = [given.shape[0], num_classes, product(given.shape.slice(1))];
  const options: Options = { shape: extent, smooth: eps, reduction: "none" };
  return call(given, jaccardIndex, oneHot(given.input, extent), Int32Array.from(given.target), options);
};
