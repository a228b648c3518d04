// The oracle for many regions: the design's formulas in naive float64 loops. Shares nothing with src.
import { exactSum, FORMULAS, type Formula, type ReferenceOptions, type Sizes, valueOfRegion } from "./reference.ts";

export interface RegionOptions extends ReferenceOptions {
  shape?: readonly number[];
  layout?: "channels-first" | "channels-last";
  activation?: "none" | "sigmoid" | "softmax";
  ignoreIndex?: number;
  mask?: Uint8Array;
  includeBackground?: boolean;
  batch?: boolean;
  weights?: readonly number[];
  reduction?: "mean" | "sum" | "none";
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

/** The value of one row, how it weighs, and whether a mean or sum passes it over. */
export interface Row {
  value: number;
  weight: number;
  leftOut: boolean;
}

function rowOf(formula: Formula, sizes: Sizes, weight: number, options: RegionOptions): Row {
  const { value, isEmpty } = valueOfRegion(formula, sizes, options);
  return { value, weight, leftOut: isEmpty && Number.isNaN(options.empty) };
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

export function reduce(rows: readonly Row[], { reduction }: RegionOptions): number | number[] {
  const term = ({ value, weight }: Row) => weight * value;
  if (reduction === "none") return rows.map(term);
  const scored = rows.filter(({ leftOut }) => !leftOut);
  const sum = exactSum(scored.length, (k) => term(scored[k]));
  return reduction === "sum" ? sum : sum / exactSum(scored.length, (k) => scored[k].weight);
}

function regionRows(formula: Formula, p: Numbers, t: Numbers, options: RegionOptions): Row[] {
  const weightOf = (k: number): number => options.weights?.[k] ?? 1;
  return rowsOf(p, t, options).flatMap((row) => row.map((sizes, k) => rowOf(formula, sizes, weightOf(k), options)));
}

/** The Dice loss of each row. */
export const diceRows = (p: Numbers, t: Numbers, options: RegionOptions): Row[] => regionRows(FORMULAS.diceLoss, p, t, options);

export type Oracle<Options = RegionOptions> = (prediction: Numbers, target: Numbers, options?: Options) => number | number[];

const generalized: Oracle = (p, t, options = {}) => {
  const rows = rowsOf(p, t, options).map((row) => rowOf(FORMULAS.diceLoss, generalize(row, options), 1, options));
  return reduce(rows, options);
};

const oracleOf =
  (formula: Formula): Oracle =>
  (p, t, options = {}) =>
    reduce(regionRows(formula, p, t, options), options);

/** Every index and loss of the family over many regions, by its public name. */
export const regionReference = {
  ...(Object.fromEntries(Object.entries(FORMULAS).map(([name, formula]) => [name, oracleOf(formula)])) as Record<
    keyof typeof FORMULAS,
    Oracle
  >),
  generalizedDiceLoss: generalized,
};

export type RegionName = keyof typeof regionReference;
