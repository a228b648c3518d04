// From the sums of a call to the value of a measure, and to the slopes of each region for its gradient.
import {
  type Curve,
  generalizedWeights,
  indexOf,
  isEmpty,
  type Ratio,
  type Sizes,
  type Slopes,
  slopesOf,
  type Weighting,
} from "./formulas.ts";
import type { Cost, Pointwise, RegionCost } from "./pointwise.ts";
import type { Rows, Sums } from "./rows.ts";
import type { Settings } from "./settings.ts";

/** A measure with its options read. */
export interface Plan {
  readonly settings: Settings;
  /** The ratio of a region; with a weighting, that of a sample, whose classes are weighted and summed first. */
  readonly ratio: Ratio;
  readonly weighting: Weighting | undefined;
  readonly curve: Curve;
  /** The pointwise loss added to it. */
  readonly pointwise: Pointwise | undefined;
  /** Whether it is the value of a single region, whose classes need not be seen together. */
  readonly straight: boolean;
}

/** The value of one region, or of the classes of one sample together. */
interface Entry {
  readonly sizes: Sizes;
  readonly index: number;
  readonly value: number;
  /** The slope of the value with respect to the region's costs, if it has any of its own. */
  readonly byCost: number;
  readonly weight: number;
  readonly leftOut: boolean;
  /** The weights of its classes, where it combines several (generalized Dice). */
  readonly among: readonly number[] | undefined;
}

/** A value, and its slopes with respect to each row's sums; with reduction "none", those of the sum of the values. */
interface ValueAndSlopes {
  readonly value: number | Float64Array;
  slopesOfRow(row: number): Slopes;
  slopesOfCost(row: number): Slopes;
}

/** The value of a single region. */
export function valueOfSizes({ ratio, curve, settings }: Plan, sizes: Sizes): number {
  return curve.value(indexOf(ratio, settings.smooth, settings.empty, sizes));
}

/** The value of a plan over the sums of a call. */
export function valueOfSums(plan: Plan, sums: Sums): number | Float64Array {
  return valueOfEntries(plan, entriesOf(plan, pooled(plan, sums)), costOfAll(plan, sums));
}

export function valueAndSlopes(plan: Plan, sums: Sums): ValueAndSlopes {
  const { settings, weighting } = plan;
  const { samples, classes } = sums.overlap;
  const entries = entriesOf(plan, pooled(plan, sums));
  const ofAll = costOfAll(plan, sums);
  const first = settings.includeBackground ? 0 : 1;
  const total = settings.reduction === "mean" ? totalWeight(entries) : 1;
  const slopes: Slopes[] = [];
  const byCosts: number[] = [];
  for (let row = 0; row < samples * classes; row++) {
    const sample = settings.batch ? 0 : Math.floor(row / classes);
    const c = (row % classes) - first;
    const entry = entries[weighting ? sample : sample * (classes - first) + c];
    const counts = c >= 0 && !entry.leftOut && total > 0;
    const factor = counts ? ((entry.among?.[c] ?? 1) * entry.weight) / total : 0;
    slopes.push(counts ? scaled(plan, entry, factor) : FLAT);
    byCosts.push(counts ? factor * entry.byCost : 0);
  }
  return {
    value: valueOfEntries(plan, entries, ofAll),
    slopesOfRow: (row) => slopes[row],
    slopesOfCost: ofAll ? ofAll.slopesOf : (row) => ({ ...FLAT, bySize: byCosts[row] }),
  };
}

/** The same for a single region. */
export function valueAndSlopesOfSizes(plan: Plan, sizes: Sizes): { readonly value: number; readonly slopes: Slopes } {
  const entry = entryOf(plan, sizes, 1, undefined);
  return { value: entry.value, slopes: entry.leftOut ? FLAT : scaled(plan, entry, 1) };
}

// of float32, the type of gradients: a slope beyond it would be infinite there, and 0 times it NaN
const LARGEST = 3.4028234663852886e38;

function clamp(slope: number): number {
  return Math.max(-LARGEST, Math.min(LARGEST, slope));
}

const FLAT: Slopes = { byIntersection: 0, bySquares: 0, bySize: 0 };

function scaled({ ratio, curve, settings }: Plan, entry: Entry, factor: number): Slopes {
  const { byIntersection, byPrediction } = slopesOf(ratio, settings.smooth, entry.index, entry.sizes);
  const slope = factor * curve.slope(entry.index);
  const bySize = clamp(slope * byPrediction);
  return {
    byIntersection: clamp(slope * byIntersection),
    bySquares: settings.squared ? clamp(2 * bySize) : 0,
    bySize: settings.squared ? 0 : bySize,
  };
}

function pooled({ settings }: Plan, { overlap, costs }: Sums): Sums {
  return settings.batch ? { overlap: overlap.pooled(), costs: costs?.pooled() } : { overlap, costs };
}

/** The cost that belongs to no region but to all together. */
function costOfAll({ pointwise }: Plan, { overlap, costs, labels = false }: Sums): Cost | undefined {
  return costs && pointwise?.costOfAll?.(overlap, costs, labels);
}

function entriesOf(plan: Plan, sums: Sums): Entry[] {
  const { weighting } = plan;
  const { overlap } = sums;
  const entries: Entry[] = [];
  for (let sample = 0; sample < overlap.samples; sample++) {
    if (weighting) entries.push(weighed(plan, overlap, sample, weighting));
    else addRegions(entries, plan, sums, sample);
  }
  return entries;
}

/** Adds an entry for each class kept of one sample. */
function addRegions(entries: Entry[], plan: Plan, { overlap, costs }: Sums, sample: number): void {
  const { settings, pointwise } = plan;
  const first = settings.includeBackground ? 0 : 1;
  for (let c = first; c < overlap.classes; c++) {
    const row = sample * overlap.classes + c;
    const cost = costs && pointwise?.costOfRegion?.(costs.sizes(row, false).P, overlap.positionsOf(row));
    entries.push(entryOf(plan, overlap.sizes(row, settings.squared), settings.weights?.[c - first] ?? 1, cost));
  }
}

function entryOf(plan: Plan, sizes: Sizes, weight: number, cost: RegionCost | undefined, among?: readonly number[]): Entry {
  const { ratio, curve, settings } = plan;
  const index = indexOf(ratio, settings.smooth, settings.empty, sizes);
  const leftOut = Number.isNaN(settings.empty) && isEmpty(ratio, settings.smooth, sizes);
  const value = curve.value(index) + (cost?.value ?? 0);
  return { sizes, index, value, byCost: cost?.slope ?? 0, weight, leftOut, among };
}

/** The classes kept of one sample, weighted and combined. */
function weighed(plan: Plan, overlap: Rows, sample: number, weighting: Weighting): Entry {
  const { includeBackground, squared } = plan.settings;
  const regions: Sizes[] = [];
  for (let c = includeBackground ? 0 : 1; c < overlap.classes; c++) {
    regions.push(overlap.sizes(sample * overlap.classes + c, squared));
  }
  const among = generalizedWeights(
    regions.map(({ T }) => T),
    weighting,
  );
  const sum = (size: keyof Sizes): number => regions.reduce((total, region, c) => total + among[c] * region[size], 0);
  return entryOf(plan, { I: sum("I"), P: sum("P"), T: sum("T") }, 1, undefined, among);
}

function valueOfEntries({ settings }: Plan, entries: readonly Entry[], ofAll: Cost | undefined): number | Float64Array {
  if (settings.reduction === "none") return Float64Array.from(entries, ({ weight, value }) => weight * value);
  let sum = 0;
  for (const { weight, value, leftOut } of entries) if (!leftOut) sum += weight * value;
  const reduced = settings.reduction === "sum" ? sum : sum / totalWeight(entries); // the mean of none is NaN, the sum of none 0
  return ofAll ? reduced + ofAll.value : reduced;
}

function totalWeight(entries: readonly Entry[]): number {
  let total = 0;
  for (const { weight, leftOut } of entries) if (!leftOut) total += weight;
  return total;
}
