// Where this package differs from a peer on purpose, and what it means to give there: the peer's own numbers, put right by
// formulas that share nothing with src.
import { extentOf, oneHot, sum } from "./call.ts";
import { type Case, type Expected, expectedOf } from "./case.ts";
import { type Params as MonaiParams, probabilitiesOf } from "./monai.ts";

export interface Difference {
  readonly reason: string;
  /** The cases of the number file that differ so. */
  readonly ids: readonly string[];
  /** What this package means to give, if the case is one of these. */
  ours(given: Case): Expected | undefined;
}

interface Params extends MonaiParams {
  readonly lambda_gdl?: number;
}

const GENERALIZED = ["generalized_dice_loss", "generalized_dice_focal_loss"];

/**
 * Without any class in its target a sample has weights of 0 in MONAI, and there the loss 1 − s / d and no gradient. Here they
 * are 1, and the loss is 1 − s / (P + d).
 */
const falsePositivesCount: Difference = {
  reason: "a sample without any class in its target: false positives count here, and are overlooked there",
  ids: ["peer/27", "monai_random/156"],
  ours(given) {
    const { kind, params, shape, input, target } = given;
    const { w_type, smooth_nr: s = 1e-5, smooth_dr: d = 1e-5, reduction = "mean", ...monai } = params as Params;
    if (!GENERALIZED.includes(kind) || w_type === "uniform" || d === 0) return undefined;
    const extent = extentOf(shape);
    const [samples, classes, positions] = extent;
    const planes = monai.to_onehot_y && classes > 1 ? oneHot(target, extent) : target;
    const isKept = (i: number) => monai.include_background !== false || classes === 1 || Math.floor(i / positions) % classes > 0;
    const sampleOf = (i: number) => (monai.batch ? 0 : Math.floor(i / (classes * positions)));
    const sumsOf = (values: ArrayLike<number>) => {
      const sums: number[] = new Array(monai.batch ? 1 : samples).fill(0);
      for (const i of input.keys()) if (isKept(i)) sums[sampleOf(i)] += values[i];
      return sums;
    };
    const targets = sumsOf(planes);
    if (!targets.includes(0)) return undefined;

    const probabilities = probabilitiesOf(given, extent);
    const sizes = sumsOf(probabilities.values);
    const factor = (monai.lambda_gdl ?? 1) / (reduction === "mean" ? sizes.length : 1);
    const added = sizes.map((P, sample) => (targets[sample] === 0 ? factor * (s / d - s / (P + d)) : 0));
    const slopes = probabilities.values.map((p, i) => {
      const below = sizes[sampleOf(i)] + d;
      const byIntersection = monai.soft_label && p === 0 ? -1 / below : 0; // a minimum has half a slope at a tie
      return targets[sampleOf(i)] === 0 && isKept(i) ? factor * (s / below ** 2 + byIntersection) : 0;
    });

    const { values, gradient } = expectedOf(given);
    const back = gradient && probabilities.back(slopes);
    return {
      values: reduction === "none" ? values.map((value, k) => value + added[k]) : [values[0] + sum(added)],
      ...(back && { gradient: gradient.map((slope, i) => slope + back[i]) }),
    };
  },
};

export const DIFFERENCES: readonly Difference[] = [falsePositivesCount];
