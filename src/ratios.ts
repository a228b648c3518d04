// The ratios made of counts, and their averages.

/** The ratios. */
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

/** The counts of one class, or of all together. */
export type Counts = { -readonly [count in keyof Omit<ClassScores, keyof Ratios | "label">]: number };

export function addCounts(total: Counts, counts: Counts): void {
  total.truePositives += counts.truePositives;
  total.falsePositives += counts.falsePositives;
  total.falseNegatives += counts.falseNegatives;
  total.trueNegatives += counts.trueNegatives;
}

export function ratiosOf(
  { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn }: Counts,
  beta: number,
  empty: number,
): Ratios {
  const alpha = 1 / (1 + beta * beta);
  return {
    dice: ratio(2 * tp, 2 * tp + fp + fn, empty),
    jaccard: ratio(tp, tp + fp + fn, empty),
    precision: ratio(tp, tp + fp, empty),
    recall: ratio(tp, tp + fn, empty),
    specificity: ratio(tn, tn + fp, empty),
    fBeta: ratio(tp, tp + (1 - alpha) * fn + alpha * fp, empty),
  };
}

function ratio(part: number, whole: number, empty: number): number {
  return whole === 0 ? empty : part / whole;
}

/** The mean of each ratio over the classes that have it, weighted; of none, `empty`. */
export function averageOf(classes: readonly ClassScores[], empty: number, weightOf: (scores: ClassScores) => number): Ratios {
  const [dice, jaccard, precision, recall, specificity, fBeta] = [
    new Mean(),
    new Mean(),
    new Mean(),
    new Mean(),
    new Mean(),
    new Mean(),
  ];
  for (const scores of classes) {
    const weight = weightOf(scores);
    dice.add(scores.dice, weight);
    jaccard.add(scores.jaccard, weight);
    precision.add(scores.precision, weight);
    recall.add(scores.recall, weight);
    specificity.add(scores.specificity, weight);
    fBeta.add(scores.fBeta, weight);
  }
  return {
    dice: dice.value(empty),
    jaccard: jaccard.value(empty),
    precision: precision.value(empty),
    recall: recall.value(empty),
    specificity: specificity.value(empty),
    fBeta: fBeta.value(empty),
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

  value(empty: number): number {
    return this.weight === 0 ? empty : this.sum / this.weight;
  }
}
