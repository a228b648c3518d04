// The oracle of scoreLabels: plain loops over positions, and the ratios as its docstrings define them. Shares nothing with src.
import type { Scores } from "../src/index.ts";

export interface Tally {
  tp: number;
  fp: number;
  fn: number;
  tn: number;
}

export interface Kept {
  ignoreIndex?: number;
  mask?: Uint8Array;
}

/** What scoreLabels counted. */
export function talliesOf({ classes }: Pick<Scores, "classes">): Tally[] {
  return classes.map(({ truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn }) => ({ tp, fp, fn, tn }));
}

/** The tally of every class of two label maps. */
export function talliesOfLabels(
  prediction: ArrayLike<number>,
  target: ArrayLike<number>,
  { classes, ignoreIndex, mask }: Kept & { classes: number },
): Tally[] {
  const tallies = Array.from({ length: classes }, () => ({ tp: 0, fp: 0, fn: 0, tn: 0 }));
  let positions = 0;
  for (let i = 0; i < target.length; i++) {
    if (target[i] === ignoreIndex || mask?.[i] === 0) continue;
    positions++;
    if (prediction[i] === target[i]) tallies[target[i]].tp++;
    else {
      tallies[prediction[i]].fp++;
      tallies[target[i]].fn++;
    }
  }
  for (const tally of tallies) tally.tn = positions - tally.tp - tally.fp - tally.fn;
  return tallies;
}

/** The tally of one class, whose positions are told one by one. */
export function tallyOf(
  positions: number,
  inPrediction: (i: number) => boolean,
  inTarget: (i: number) => boolean,
  isKept: (i: number) => boolean = () => true,
): Tally {
  const tally = { tp: 0, fp: 0, fn: 0, tn: 0 };
  for (let i = 0; i < positions; i++) {
    if (!isKept(i)) continue;
    if (inPrediction(i)) tally[inTarget(i) ? "tp" : "fp"]++;
    else tally[inTarget(i) ? "fn" : "tn"]++;
  }
  return tally;
}

/** Tallies as text, one line for each class: quick to compare, and easy to read where they differ. */
export function linesOf(tallies: readonly Tally[], first = 0): string {
  return tallies.map(({ tp, fp, fn, tn }, k) => `class ${first + k}: TP ${tp} FP ${fp} FN ${fn} TN ${tn}`).join("\n");
}

export type Rates = Record<"dice" | "jaccard" | "precision" | "recall" | "specificity" | "fBeta", number>;

export function ratesOf({ tp, fp, fn, tn }: Tally, beta = 1, empty = Number.NaN): Rates {
  const ratio = (part: number, whole: number) => (whole === 0 ? empty : part / whole);
  return {
    dice: ratio(2 * tp, 2 * tp + fp + fn),
    jaccard: ratio(tp, tp + fp + fn),
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    specificity: ratio(tn, tn + fp),
    fBeta: ratio((1 + beta ** 2) * tp, (1 + beta ** 2) * tp + beta ** 2 * fn + fp),
  };
}

/** The mean of each rate over the classes that have it, each with its weight. */
export function meanRates(rates: readonly Rates[], weights: readonly number[]): Rates {
  const mean = (name: keyof Rates) => {
    let [sum, weight] = [0, 0];
    for (const [k, rate] of rates.entries()) {
      if (Number.isNaN(rate[name])) continue;
      sum += weights[k] * rate[name];
      weight += weights[k];
    }
    return sum / weight;
  };
  const names = ["dice", "jaccard", "precision", "recall", "specificity", "fBeta"] as const;
  return Object.fromEntries(names.map((name) => [name, mean(name)])) as Rates;
}

/** All classes together. */
export function totalOf(tallies: readonly Tally[]): Tally {
  const total = { tp: 0, fp: 0, fn: 0, tn: 0 };
  for (const tally of tallies) for (const name of ["tp", "fp", "fn", "tn"] as const) total[name] += tally[name];
  return total;
}
