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

/** The intersection of a region, and the sizes of its prediction and target. */
export interface Sizes {
  I: number;
  P: number;
  T: number;
}

type Fraction = (sizes: Sizes, s: number, d: number, options: ReferenceOptions) => [above: number, below: number];
const dice: Fraction = ({ I, P, T }, s, d) => [2 * I + s, P + T + d];
const jaccard: Fraction = ({ I, P, T }, s, d) => [I + s, P + T - I + d];
const tversky: Fraction = ({ I, P, T }, s, d, { alpha = 0.5, beta = 0.5 }) => [I + s, I + alpha * (P - I) + beta * (T - I) + d];

type Curve = (index: number, options: ReferenceOptions) => number;
const same: Curve = (index) => index;
const loss: Curve = (index, { form = "complement" }) => {
  if (form === "negative") return -index;
  return form === "log" ? -Math.log(Math.max(index, 1e-7)) : 1 - index;
};
const focal: Curve = (index, { gamma = 0.75 }) => Math.max(0, 1 - index) ** gamma;

/** An index or a loss: a fraction of the sizes of a region, and what becomes of it. */
export interface Formula {
  fraction: Fraction;
  curve: Curve;
}

/** Every index and loss of one region, by its public name. */
export const FORMULAS = {
  diceCoefficient: { fraction: dice, curve: same },
  diceLoss: { fraction: dice, curve: loss },
  jaccardIndex: { fraction: jaccard, curve: same },
  jaccardLoss: { fraction: jaccard, curve: loss },
  tverskyIndex: { fraction: tversky, curve: same },
  tverskyLoss: { fraction: tversky, curve: loss },
  focalTverskyLoss: { fraction: tversky, curve: focal },
} as const satisfies Record<string, Formula>;

/** The value of a region, and whether its denominator is 0. */
export function valueOfRegion(
  { fraction, curve }: Formula,
  sizes: Sizes,
  options: ReferenceOptions,
): { value: number; isEmpty: boolean } {
  const { smooth = 1, empty = 1 } = options;
  const [s, d] = typeof smooth === "number" ? [smooth, smooth] : [smooth.numerator, smooth.denominator];
  const [above, below] = fraction(sizes, s, d, options);
  const isEmpty = below === 0;
  return { value: curve(isEmpty ? empty : above / below, options), isEmpty };
}

type Oracle = (prediction: ArrayLike<number>, target: ArrayLike<number>, options?: ReferenceOptions) => number;

const oracleOf =
  (formula: Formula): Oracle =>
  (prediction, target, options = {}) => {
    const sums = referenceSums(prediction, target, options);
    const [P, T] = options.squared ? [sums.predictionSquared, sums.targetSquared] : [sums.prediction, sums.target];
    return valueOfRegion(formula, { I: sums.intersection, P, T }, options).value;
  };

/** The value of each, over all elements as one region. */
export const reference = Object.fromEntries(
  Object.entries(FORMULAS).map(([name, formula]) => [name, oracleOf(formula)]),
) as Record<keyof typeof FORMULAS, Oracle>;

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
