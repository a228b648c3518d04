// The oracle for many regions: the design's formulas in naive float64 loops. Shares nothing with src.
import { exactSum } from "./reference.ts";

export interface RegionOptions {
  shape?: readonly number[];
  layout?: "channels-first" | "channels-last";
  activation?: "none" | "sigmoid" | "softmax";
  ignoreIndex?: number;
  mask?: Uint8Array;
  intersection?: "product" | "minimum";
  threshold?: number;
  squared?: boolean;
  smooth?: number | { numerator: number; denominator: number };
  empty?: number;
  includeBackground?: boolean;
  batch?: boolean;
  weights?: readonly number[];
  reduction?: "mean" | "sum" | "none";
  form?: "complement" | "negative" | "log";
  alpha?: number;
  beta?: number;
  gamma?: number;
  weighting?: "square" | "simple" | "uniform";
}

export type Numbers = ArrayLike<number>;

/** Where the elements of a call lie. */
export interface Axes {
  samples: number;
  classes: number;
  positions: number;
  at(sample: number, c: number, i: number): number;
}

export function axesOf({ shape, layout }: RegionOptions, length: number): Axes {
  if (!shape) return { samples: 1, classes: 1, positions: length, at: (_sample, _c, i) => i };
  const last = layout === "channels-last";
  const samples = shape[0];
  const classes = last ? shape[shape.length - 1] : shape[1];
  const positions = (last ? shape.slice(1, -1) : shape.slice(2)).reduce((product, axis) => product * axis, 1);
  const at = (sample: number, c: number, i: number) =>
    last ? (sample * positions + i) * classes + c : (sample * classes + c) * positions + i;
  return { samples, classes, positions, at };
}

/** What is left of prediction and target in one class of one sample, where positions are left out. */
export interface Region {
  p: number[];
  t: number[];
}

export function regionsOf(prediction: Numbers, target: Numbers, options: RegionOptions): Region[][] {
  const axes = axesOf(options, prediction.length);
  return Array.from({ length: axes.samples }, (_, sample) => regionsOfSample(axes, sample, prediction, target, options));
}

function regionsOfSample(axes: Axes, sample: number, prediction: Numbers, target: Numbers, options: RegionOptions): Region[] {
  const { classes, positions, at } = axes;
  const regions = Array.from({ length: classes }, (): Region => ({ p: [], t: [] }));
  for (let i = 0; i < positions; i++) {
    const place = sample * positions + i;
    if (options.mask && options.mask[place] === 0) continue;
    if (options.ignoreIndex !== undefined && target[place] === options.ignoreIndex) continue;
    const values = regions.map((_, c) => prediction[at(sample, c, i)]);
    const probabilities = harden(activate(values, options), options);
    regions.forEach(({ p, t }, c) => {
      p.push(probabilities[c]);
      t.push(isLabels(target) ? Number(target[place] === (classes === 1 ? 1 : c)) : target[at(sample, c, i)]);
    });
  }
  return regions;
}

export function isLabels(target: Numbers): boolean {
  return ArrayBuffer.isView(target) && /^(Int|Uint)/.test(target.constructor.name);
}

function activate(values: number[], { activation = "none" }: RegionOptions): number[] {
  if (activation === "sigmoid") return values.map((x) => 1 / (1 + Math.exp(-x)));
  return activation === "none" ? values : logSoftmax(values).map(Math.exp);
}

/** x − ln Σeˣ over the classes of a position; those at an infinite maximum share it equally. */
export function logSoftmax(values: readonly number[]): number[] {
  const most = Math.max(...values);
  const top = values.indexOf(most);
  const below = values.map((x) => (x === most ? 0 : x - most));
  const rest = Math.log1p(exactSum(below.length, (c) => (c === top ? 0 : Math.exp(below[c]))));
  return below.map((x) => x - rest);
}

function harden(values: number[], { threshold }: RegionOptions): number[] {
  if (threshold === undefined) return values;
  return values.map((p) => (Number.isNaN(p) ? p : Number(p >= Math.fround(threshold))));
}

interface Sizes {
  I: number;
  P: number;
  T: number;
}

function sizesOf(regions: readonly Region[], { intersection, squared }: RegionOptions): Sizes {
  const sum = (term: (p: number, t: number) => number) =>
    exactSum(regions.length, (r) => exactSum(regions[r].p.length, (i) => term(regions[r].p[i], regions[r].t[i])));
  return {
    I: sum((p, t) => (intersection === "minimum" ? Math.min(p, t) : p * t)),
    P: sum((p) => (squared ? p * p : p)),
    T: sum((_, t) => (squared ? t * t : t)),
  };
}

/** What makes each row: the regions of each class kept of a sample, or with `batch` those of all samples together. */
export function groupsOf(prediction: Numbers, target: Numbers, options: RegionOptions): Region[][][] {
  const samples = regionsOf(prediction, target, options);
  const { classes } = axesOf(options, prediction.length);
  const first = options.includeBackground === false ? 1 : 0;
  const kept = Array.from({ length: classes - first }, (_, k) => k + first);
  const groups = options.batch ? [samples] : samples.map((sample) => [sample]);
  return groups.map((group) => kept.map((c) => group.map((sample) => sample[c])));
}

function rowsOf(prediction: Numbers, target: Numbers, options: RegionOptions): Sizes[][] {
  return groupsOf(prediction, target, options).map((group) => group.map((regions) => sizesOf(regions, options)));
}

type Fraction = (sizes: Sizes, s: number, d: number, options: RegionOptions) => [above: number, below: number];
const dice: Fraction = ({ I, P, T }, s, d) => [2 * I + s, P + T + d];
const jaccard: Fraction = ({ I, P, T }, s, d) => [I + s, P + T - I + d];
const tversky: Fraction = ({ I, P, T }, s, d, { alpha = 0.5, beta = 0.5 }) => [I + s, I + alpha * (P - I) + beta * (T - I) + d];

/** The value of one row, how it weighs, and whether a mean or sum passes it over. */
export interface Row {
  value: number;
  weight: number;
  leftOut: boolean;
}

function rowOf(fraction: Fraction, curve: Curve, sizes: Sizes, weight: number, options: RegionOptions): Row {
  const { smooth = 1, empty = 1 } = options;
  const [s, d] = typeof smooth === "number" ? [smooth, smooth] : [smooth.numerator, smooth.denominator];
  const [above, below] = fraction(sizes, s, d, options);
  const isEmpty = below === 0;
  return { value: curve(isEmpty ? empty : above / below, options), weight, leftOut: isEmpty && Number.isNaN(empty) };
}

function weightsOf(targets: number[], { weighting = "square" }: RegionOptions): number[] {
  if (weighting === "uniform") return targets.map(() => 1);
  const weigh = (T: number) => (weighting === "simple" ? 1 / T : 1 / (T * T));
  const present = targets.filter((T) => T !== 0).map(weigh);
  const largest = present.length === 0 ? 1 : Math.max(...present);
  return targets.map((T) => (T === 0 ? largest : weigh(T)));
}

/** 2Σw·I, Σw·P and Σw·T of one sample. */
function generalize(row: readonly Sizes[], options: RegionOptions): Sizes {
  const weights = weightsOf(
    row.map(({ T }) => T),
    options,
  );
  const sum = (part: (sizes: Sizes) => number) => exactSum(row.length, (c) => weights[c] * part(row[c]));
  return { I: sum(({ I }) => I), P: sum(({ P }) => P), T: sum(({ T }) => T) };
}

type Curve = (index: number, options: RegionOptions) => number;
const same: Curve = (index) => index;
const loss: Curve = (index, { form = "complement" }) => {
  if (form === "negative") return -index;
  return form === "log" ? -Math.log(Math.max(index, 1e-7)) : 1 - index;
};
const focal: Curve = (index, { gamma = 0.75 }) => Math.max(0, 1 - index) ** gamma;

export function reduce(rows: readonly Row[], { reduction }: RegionOptions): number | number[] {
  const term = ({ value, weight }: Row) => weight * value;
  if (reduction === "none") return rows.map(term);
  const scored = rows.filter(({ leftOut }) => !leftOut);
  const sum = exactSum(scored.length, (k) => term(scored[k]));
  return reduction === "sum" ? sum : sum / exactSum(scored.length, (k) => scored[k].weight);
}

function regionRows(fraction: Fraction, curve: Curve, p: Numbers, t: Numbers, options: RegionOptions): Row[] {
  const weightOf = (k: number): number => options.weights?.[k] ?? 1;
  return rowsOf(p, t, options).flatMap((row) => row.map((sizes, k) => rowOf(fraction, curve, sizes, weightOf(k), options)));
}

/** The Dice loss of each row. */
export const diceRows = (p: Numbers, t: Numbers, options: RegionOptions): Row[] => regionRows(dice, loss, p, t, options);

export type Oracle<Options = RegionOptions> = (prediction: Numbers, target: Numbers, options?: Options) => number | number[];

const regional =
  (fraction: Fraction, curve: Curve): Oracle =>
  (p, t, options = {}) =>
    reduce(regionRows(fraction, curve, p, t, options), options);

const generalized: Oracle = (p, t, options = {}) => {
  const rows = rowsOf(p, t, options).map((row) => rowOf(dice, loss, generalize(row, options), 1, options));
  return reduce(rows, options);
};

/** Every index and loss of the family over many regions, by its public name. */
export const regionReference = {
  diceCoefficient: regional(dice, same),
  diceLoss: regional(dice, loss),
  jaccardIndex: regional(jaccard, same),
  jaccardLoss: regional(jaccard, loss),
  tverskyIndex: regional(tversky, same),
  tverskyLoss: regional(tversky, loss),
  focalTverskyLoss: regional(tversky, focal),
  generalizedDiceLoss: generalized,
} as const satisfies Record<string, Oracle>;

export type RegionName = keyof typeof regionReference;
