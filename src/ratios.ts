// The ratios made of counts, and their averages.
import type { Sizes } from "./formulas.ts";

/** The ratios of a class, or their averages. */
export interface Ratios {
  /** 2TP / (2TP + FP + FN) */
  readonly dice: number;
  /** TP / (TP + FP + FN) */
  readonly jaccard: number;
  /** TP / (TP + FP) */
  readonly precision: number;
  /** TP / (TP + FN), also called sensitivity */
  readonly recall: number;
  /** TN / (TN + FP) */
  readonly specificity: number;
  /** (1 + β²)TP / ((1 + β²)TP + β²FN + FP) */
  readonly fBeta: number;
}

/** The counts and ratios of one class. */
export interface ClassScores extends Ratios {
  readonly label: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/**
 * The counts and ratios of a class of hard data, in one object: in a small call each object takes as long as some hundred
 * positions.
 */
export function scoresOf(label: number, { I, P, T }: Sizes, positions: number, beta: number, empty: number): ClassScores {
  const fp = P - I;
  const fn = T - I;
  const tn = positions - P - fn;
  const alpha = 1 / (1 + beta * beta);
  return {
    label,
    truePositives: I,
    falsePositives: fp,
    falseNegatives: fn,
    trueNegatives: tn,
    dice: ratio(2 * I, P + T, empty),
    jaccard: ratio(I, P + fn, empty),
    precision: ratio(I, P, empty),
    recall: ratio(I, T, empty),
    specificity: ratio(tn, tn + fp, empty),
    fBeta: ratio(I, I + (1 - alpha) * fn + alpha * fp, empty),
  };
}

function ratio(part: number, whole: number, empty: number): number {
  return whole === 0 ? empty : part / whole;
}

/**
 * The mean of each ratio over the classes where it is not NaN; NaN if there are none. Given that mean as `macro`, the mean
 * weighted by the positions of each class in the target, and macro's where all weigh 0. Written out because a loop over
 * names makes scores of small maps 1.4 to 4 times as slow.
 */
export function averageOf(classes: readonly ClassScores[], macro?: Ratios): Ratios {
  const dice = new Mean();
  const jaccard = new Mean();
  const precision = new Mean();
  const recall = new Mean();
  const specificity = new Mean();
  const fBeta = new Mean();
  for (const scores of classes) {
    const weight = macro ? scores.truePositives + scores.falseNegatives : 1;
    dice.add(scores.dice, weight);
    jaccard.add(scores.jaccard, weight);
    precision.add(scores.precision, weight);
    recall.add(scores.recall, weight);
    specificity.add(scores.specificity, weight);
    fBeta.add(scores.fBeta, weight);
  }
  return {
    dice: dice.value(macro?.dice),
    jaccard: jaccard.value(macro?.jaccard),
    precision: precision.value(macro?.precision),
    recall: recall.value(macro?.recall),
    specificity: specificity.value(macro?.specificity),
    fBeta: fBeta.value(macro?.fBeta),
  };
}

/** The weighted mean of the values that are not NaN. */
class Mean {
  private sum = 0;
  private weight = 0;

  add(value: number, weight: number): void {
    if (Number.isNaN(value)) return;
    this.sum += weight * value;
    this.weight += weight;
  }

  value(otherwise = Number.NaN): number {
    return this.weight === 0 ? otherwise : this.sum / this.weight;
  }
}
