// The right results: float64 throughout, with Neumaier's compensation.
import { IGNORED } from "./data.ts";
import { type Arrays, type Data, type Job, positionsOf } from "./job.ts";

/** The sums of a class. */
export interface Sums {
  readonly intersection: number;
  readonly prediction: number;
  readonly target: number;
  /** The sum of −ln p where the class is the label; or of the focal loss of every position. */
  readonly cost?: number;
  readonly positions?: number;
}

/** How a job reads a position before it is summed. */
export interface Reading {
  readonly squared?: boolean;
  readonly minimum?: boolean;
  readonly threshold?: number;
  readonly activation?: "sigmoid" | "softmax";
  /** Whether the largest of the classes counts as 1, of equals the first, and the others as 0. */
  readonly largest?: boolean;
}

/** A sum that keeps track of its rounding errors. */
class Neumaier {
  private sum = 0;
  private lost = 0;

  add(value: number): void {
    const total = this.sum + value;
    this.lost += Math.abs(this.sum) >= Math.abs(value) ? this.sum - total + value : value - total + this.sum;
    this.sum = total;
  }

  get value(): number {
    return this.sum + this.lost;
  }
}

/** Reads positions: the probabilities and targets of the classes, as the job takes them. */
class Reader {
  readonly p: Float64Array;
  readonly t: Float64Array;
  private readonly prediction: Arrays["prediction"];
  private readonly target: Arrays["target"];
  private readonly classes: number;
  private readonly positions: number;
  private readonly last: boolean;
  private readonly labelled: boolean;
  private readonly reading: Reading;

  constructor({ data, reading }: Pick<Job, "data" | "reading">, { prediction, target }: Arrays) {
    this.prediction = prediction;
    this.target = target;
    this.classes = data.classes;
    this.positions = positionsOf(data, prediction.length);
    this.last = data.last ?? false;
    this.labelled = data.target === "labels";
    this.reading = reading;
    this.p = new Float64Array(data.classes);
    this.t = new Float64Array(data.classes);
  }

  /** The index of class c at position i. */
  at(c: number, i: number): number {
    return this.last ? i * this.classes + c : c * this.positions + i;
  }

  read(i: number): void {
    const { p, t, classes, prediction, target, labelled } = this;
    const first = classes === 1 ? 1 : 0; // a mask holds class 1
    for (let c = 0; c < classes; c++) {
      const at = this.at(c, i);
      p[c] = prediction[at];
      t[c] = labelled ? Number(target[i] === c + first) : target[at];
    }
    this.activate();
  }

  private activate(): void {
    const { p } = this;
    const { activation, threshold, largest } = this.reading;
    if (activation === "sigmoid") for (let c = 0; c < p.length; c++) p[c] = 1 / (1 + Math.exp(-p[c]));
    if (activation === "softmax") {
      let most = p[0];
      for (let c = 1; c < p.length; c++) most = Math.max(most, p[c]);
      let sum = 0;
      for (let c = 0; c < p.length; c++) {
        p[c] = Math.exp(p[c] - most);
        sum += p[c];
      }
      for (let c = 0; c < p.length; c++) p[c] /= sum;
    }
    if (largest) {
      const first = p.indexOf(p.reduce((most, value) => Math.max(most, value)));
      p.fill(0)[first] = 1;
    }
    if (threshold !== undefined) for (let c = 0; c < p.length; c++) p[c] = Number(p[c] >= threshold);
  }
}

/** The sums of every class; products of two float32 are exact in float64. */
export function exactSums(job: Pick<Job, "data" | "reading">, arrays: Arrays): readonly Sums[] {
  if (job.data.prediction === "labels") return counts(job.data.classes, arrays);
  const { minimum = false, squared = false } = job.reading;
  const reader = new Reader(job, arrays);
  const { p, t } = reader;
  const sums = Array.from(p, () => ({
    intersection: new Neumaier(),
    prediction: new Neumaier(),
    target: new Neumaier(),
    cost: new Neumaier(),
  }));
  for (let i = 0; i < positionsOf(job.data, arrays.prediction.length); i++) {
    if (job.data.ignored && arrays.target[i] === IGNORED) continue;
    reader.read(i);
    for (let c = 0; c < sums.length; c++) {
      sums[c].intersection.add(minimum ? Math.min(p[c], t[c]) : p[c] * t[c]);
      sums[c].prediction.add(squared ? p[c] * p[c] : p[c]);
      sums[c].target.add(squared ? t[c] * t[c] : t[c]);
      if (job.data.crossEntropy && t[c] === 1) sums[c].cost.add(-Math.log(p[c]));
      if (job.data.focal) sums[c].cost.add(focalOf(t[c] === 1 ? p[c] : 1 - p[c]));
    }
  }
  return sums.map(({ intersection, prediction, target, cost }) => ({
    intersection: intersection.value,
    prediction: prediction.value,
    target: target.value,
    cost: cost.value,
    positions: positionsOf(job.data, arrays.prediction.length),
  }));
}

/** (1 − p)²·(−ln p), p being the probability of the truth. */
const focalOf = (p: number): number => (1 - p) ** 2 * -Math.log(p);

function counts(classes: number, { prediction, target }: Arrays): readonly Sums[] {
  const both = new Float64Array(classes);
  const ofP = new Float64Array(classes);
  const ofT = new Float64Array(classes);
  for (let i = 0; i < prediction.length; i++) {
    if (target[i] === IGNORED) continue;
    ofP[prediction[i]]++;
    ofT[target[i]]++;
    if (prediction[i] === target[i]) both[target[i]]++;
  }
  return Array.from(both, (intersection, c) => ({ intersection, prediction: ofP[c], target: ofT[c] }));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const smoothed = ({ intersection, prediction, target }: Sums): number => (2 * intersection + 1) / (prediction + target + 1);

/** The Dice coefficient, its mean over the classes. */
export const diceOf = (sums: readonly Sums[]): number => mean(sums.map(smoothed));

/** The Dice loss, its mean over the classes. */
export const lossOf = (sums: readonly Sums[]): number => mean(sums.map((each) => 1 - smoothed(each)));

/** The Dice loss plus the mean of the cross-entropy over the positions. */
export const lossAndEntropyOf = (sums: readonly Sums[]): number => {
  const total = (of: (each: Sums) => number): number => sums.reduce((sum, each) => sum + of(each), 0);
  return lossOf(sums) + total(({ cost = 0 }) => cost) / total(({ target }) => target);
};

/** The Dice loss plus the mean of the focal loss, of one class. */
export const lossAndFocalOf = (sums: readonly Sums[]): number => {
  const [{ cost = 0, positions = 0 }] = sums;
  return lossOf(sums) + cost / positions;
};

/** The mean of the unsmoothed coefficients of the classes present. */
export const scoreOf = (sums: readonly Sums[]): number =>
  mean(
    sums
      .filter(({ prediction, target }) => prediction + target > 0)
      .map(({ intersection, prediction, target }) => (2 * intersection) / (prediction + target)),
  );

/** The relative error of a result, or of its gradient if that is larger. */
export function errorOf(value: number, job: Job, arrays: Arrays, sums: readonly Sums[]): number {
  const error = relativeError(value, job.value(sums));
  return job.data.gradient ? Math.max(error, gradientError(job, arrays, sums)) : error;
}

export const relativeError = (actual: number, expected: number): number =>
  actual === expected ? 0 : Math.abs(actual - expected) / Math.abs(expected);

const CHECKED = 2 ** 16; // positions of a gradient checked, at most

/** The largest absolute error of a gradient's elements, over its largest element. */
function gradientError(job: Job, arrays: Arrays, sums: readonly Sums[]): number {
  const reader = new Reader(job, arrays);
  const { p, t } = reader;
  const positions = positionsOf(job.data, arrays.prediction.length);
  const slopes = new Float64Array(p.length);
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < positions; i += Math.ceil(positions / CHECKED)) {
    reader.read(i);
    let inner = 0;
    for (const [c, each] of sums.entries()) {
      slopes[c] = slopeOf(job.reading, each, p[c], t[c]) / sums.length;
      inner += p[c] * slopes[c];
    }
    for (let c = 0; c < p.length; c++) {
      const expected = chained(job.reading, slopes[c], p[c], inner) + costSlope(job.data, p[c], t[c]) / positions;
      worst = Math.max(worst, Math.abs(arrays.gradient[reader.at(c, i)] - expected));
      largest = Math.max(largest, Math.abs(expected));
    }
  }
  return worst / largest;
}

/** The slope of a class's loss with respect to its probability. */
function slopeOf({ minimum = false, squared = false }: Reading, sums: Sums, p: number, t: number): number {
  const ofIntersection = minimum ? (Number(p < t) + Number(p <= t)) / 2 : t;
  const ofSize = squared ? 2 * p : 1;
  return (smoothed(sums) * ofSize - 2 * ofIntersection) / (sums.prediction + sums.target + 1);
}

/** The slope of a position's cross-entropy or focal loss with respect to the logit. */
function costSlope({ crossEntropy = false, focal = false }: Data, p: number, t: number): number {
  if (crossEntropy) return p - t;
  if (!focal) return 0;
  const right = t === 1 ? p : 1 - p;
  const rest = 1 - right;
  return (1 - 2 * t) * rest ** 2 * (rest - 2 * right * Math.log(right));
}

/** The slope with respect to the logit, from that with respect to the probability. */
function chained({ activation }: Reading, slope: number, p: number, inner: number): number {
  if (activation === "softmax") return p * (slope - inner);
  return activation === "sigmoid" ? slope * p * (1 - p) : slope;
}
