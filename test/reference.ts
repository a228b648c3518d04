// The oracle: the formulas as the papers write them, in naive float64 loops. Shares nothing with src.

export interface ReferenceOptions {
  intersection?: "product" | "minimum";
  threshold?: number;
  squared?: boolean;
  smooth?: number | { numerator: number; denominator: number };
  empty?: number;
  form?: "complement" | "negative" | "log";
  alpha?: number;
  beta?: number;
  gamma?: number;
}

export interface Sums {
  intersection: number;
  prediction: number;
  target: number;
  predictionSquared: number;
  targetSquared: number;
}

/** A sum with Neumaier's compensation: good to the last bit of float64 at any length here. */
export function exactSum(length: number, term: (i: number) => number): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < length; i++) {
    const value = term(i);
    const total = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
    sum = total;
  }
  return Number.isFinite(sum) ? sum + lost : sum;
}

export function referenceSums(prediction: ArrayLike<number>, target: ArrayLike<number>, options: ReferenceOptions = {}): Sums {
  const { intersection = "product", threshold } = options;
  const n = prediction.length;
  const level = threshold === undefined ? 0 : Math.fround(threshold);
  const p = (i: number) => (threshold === undefined ? prediction[i] : prediction[i] >= level ? 1 : 0);
  const t = (i: number) => target[i];
  return {
    intersection: exactSum(n, (i) => (intersection === "minimum" ? Math.min(p(i), t(i)) : p(i) * t(i))),
    prediction: exactSum(n, p),
    target: exactSum(n, t),
    predictionSquared: exactSum(n, (i) => p(i) * p(i)),
    targetSquared: exactSum(n, (i) => t(i) * t(i)),
  };
}

type Formula = (
  I: number,
  P: number,
  T: number,
  s: number,
  d: number,
  options: ReferenceOptions,
) => [numerator: number, denominator: number];

const dice: Formula = (I, P, T, s, d) => [2 * I + s, P + T + d];
const jaccard: Formula = (I, P, T, s, d) => [I + s, P + T - I + d];
const tversky: Formula = (I, P, T, s, d, { alpha = 0.5, beta = 0.5 }) => [I + s, I + alpha * (P - I) + beta * (T - I) + d];

function index(formula: Formula, p: ArrayLike<number>, t: ArrayLike<number>, options: ReferenceOptions): number {
  const sums = referenceSums(p, t, options);
  const { smooth = 1, squared = false, empty = 1 } = options;
  const s = typeof smooth === "number" ? smooth : smooth.numerator;
  const d = typeof smooth === "number" ? smooth : smooth.denominator;
  const P = squared ? sums.predictionSquared : sums.prediction;
  const T = squared ? sums.targetSquared : sums.target;
  const [numerator, denominator] = formula(sums.intersection, P, T, s, d, options);
  return denominator === 0 ? empty : numerator / denominator;
}

function loss(value: number, { form = "complement" }: ReferenceOptions): number {
  if (form === "negative") return -value;
  return form === "log" ? -Math.log(Math.max(value, 1e-7)) : 1 - value;
}

type Arrays = [prediction: ArrayLike<number>, target: ArrayLike<number>, options?: ReferenceOptions];

/** Every index and loss of the family, by its public name. */
export const reference = {
  diceCoefficient: (...[p, t, o = {}]: Arrays) => index(dice, p, t, o),
  diceLoss: (...[p, t, o = {}]: Arrays) => loss(index(dice, p, t, o), o),
  jaccardIndex: (...[p, t, o = {}]: Arrays) => index(jaccard, p, t, o),
  jaccardLoss: (...[p, t, o = {}]: Arrays) => loss(index(jaccard, p, t, o), o),
  tverskyIndex: (...[p, t, o = {}]: Arrays) => index(tversky, p, t, o),
  tverskyLoss: (...[p, t, o = {}]: Arrays) => loss(index(tversky, p, t, o), o),
  focalTverskyLoss: (...[p, t, o = {}]: Arrays) => Math.max(0, 1 - index(tversky, p, t, o)) ** (o.gamma ?? 0.75),
};

/** d(f)/d(p[i]) by central differences in float64, of fourth order. */
export function centralDifference(f: (p: Float64Array) => number, prediction: ArrayLike<number>, i: number, step = 1e-3): number {
  const p = Float64Array.from(prediction);
  const around = (width: number): number => {
    p[i] = prediction[i] + width;
    const above = f(p);
    p[i] = prediction[i] - width;
    return above - f(p);
  };
  return (8 * around(step) - around(2 * step)) / (12 * step);
}
