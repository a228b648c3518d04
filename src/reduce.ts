// From the sums of a call to the value of a measure, and to the slopes of each region for its gradient.
import { type Curve, denominatorOf, indexOf, type Ratio, type Sizes, type Slopes, slopesOf, type Weighting } from "./formulas.ts";
import type { Cost, Pointwise, RegionCost } from "./pointwise.ts";
import type { Sums } from "./rows.ts";
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

/** One region, or the classes of one sample together. */
interface Entry {
  readonly sizes: Sizes;
  readonly weight: number;
  /** What the region's costs add to its value, if it has any of its own. */
  readonly cost: RegionCost | undefined;
  /** The weights of its classes, where it combines several (generalized Dice). */
  readonly among: readonly number[] | undefined;
}

/** A value, and its slopes with respect to each row's sums; with reduction "none", those of the sum of the values. */
interface ValueAndSlopes {
  readonly value: number | Float64Array;
  slopesOfRow(row: number): Slopes;
  slopesOfCost(row: number): Slopes;
}

/** The slopes of the value with respect to the sums of a row, and to those of its costs, if it has any of its own. */
interface RowSlopes extends Slopes {
  readonly byCost: number;
}

/** The value of a single region. */
export function valueOfSizes({ ratio, curve, settings }: Plan, sizes: Sizes): number {
  return curve.value(indexOf(ratio, settings.smooth, settings.empty, sizes));
}

/** The value of a plan over the sums of a call. */
export function valueOfSums(plan: Plan, sums: Sums): number | Float64Array {
  return reduce(plan, sums).value;
}

export function valueAndSlopes(plan: Plan, sums: Sums): ValueAndSlopes {
  const { batch, includeBackground, reduction } = plan.settings;
  const { classes } = sums.overlap;
  const { value, weight, regions, ofAll, last } = reduce(plan, sums);
  const total = reduction === "mean" ? weight : 1;
  const first = includeBackground ? 0 : 1;
  // those of one sample at a time, as passes ask for them: all of them would take more memory than the sums
  let current = regions.overlap.samples - 1;
  let slopes = slopesOfSample(plan, last, total);
  const at = (row: number): RowSlopes => {
    const sample = batch ? 0 : Math.floor(row / classes);
    if (sample !== current) slopes = slopesOfSample(plan, entriesOf(plan, regions, sample), total);
    current = sample;
    return slopes[(row % classes) - first] ?? FLAT;
  };
  const slopesOfCost = (row: number): Slopes => ({ byIntersection: 0, bySquares: 0, bySize: at(row).byCost });
  return { value, slopesOfRow: at, slopesOfCost: ofAll?.slopesOf ?? slopesOfCost };
}

/** The same for a single region. */
export function valueAndSlopesOfSizes(plan: Plan, sizes: Sizes): { readonly value: number; readonly slopes: Slopes } {
  const entry = { sizes, weight: 1, cost: undefined, among: undefined };
  return { value: valueOfEntry(plan, entry), slopes: isLeftOut(plan, entry) ? FLAT : scaled(plan, entry, 1) };
}

// of float32, the type of gradients: a slope beyond it would be infinite there, and 0 times it NaN
const LARGEST = 3.4028234663852886e38;

function clamp(slope: number): number {
  return Math.max(-LARGEST, Math.min(LARGEST, slope));
}

const FLAT: RowSlopes = { byIntersection: 0, bySquares: 0, bySize: 0, byCost: 0 };

/** The slopes of each class kept of a sample; `total` is what its weighted values are divided by. */
function slopesOfSample(plan: Plan, entries: readonly Entry[], total: number): RowSlopes[] {
  const slopes: RowSlopes[] = [];
  for (const entry of entries) {
    for (const share of entry.among ?? [1]) {
      const factor = (share * entry.weight) / total;
      slopes.push(isLeftOut(plan, entry) || total === 0 ? FLAT : scaled(plan, entry, factor));
    }
  }
  return slopes;
}

function scaled({ ratio, curve, settings }: Plan, { sizes, cost }: Entry, factor: number): RowSlopes {
  const index = indexOf(ratio, settings.smooth, settings.empty, sizes);
  const { byIntersection, byPrediction } = slopesOf(ratio, settings.smooth, index, sizes);
  const slope = factor * curve.slope(index);
  const bySize = clamp(slope * byPrediction);
  return {
    byIntersection: clamp(slope * byIntersection),
    bySquares: settings.taking.squares ? clamp(2 * bySize) : 0,
    bySize: settings.taking.squares ? 0 : bySize,
    byCost: factor * (cost?.slope ?? 0),
  };
}

function pooled({ settings }: Plan, { overlap, costs }: Sums): Sums {
  return settings.batch ? { overlap: overlap.pooled(), costs: costs?.pooled() } : { overlap, costs };
}

/** The cost that belongs to no region but to all together. */
function costOfAll({ pointwise }: Plan, { overlap, costs, labels = false }: Sums): Cost | undefined {
  return costs && pointwise?.costOfAll?.(overlap, costs, labels);
}

/** The entries of a sample: one for each class kept, or one for all of them together. */
function entriesOf(plan: Plan, { overlap, costs }: Sums, sample: number): Entry[] {
  const { settings, weighting, pointwise } = plan;
  const first = sample * overlap.classes + (settings.includeBackground ? 0 : 1);
  const entries: Entry[] = [];
  for (let row = first; row < (sample + 1) * overlap.classes; row++) {
    const cost = costs && pointwise?.costOfRegion?.(costs.sizes(row, false).P, overlap.positionsOf(row));
    const sizes = overlap.sizes(row, settings.taking.squares);
    entries.push({ sizes, weight: settings.weights?.[row - first] ?? 1, cost, among: undefined });
  }
  if (!weighting) return entries;
  const { sizes, among } = weighting(entries.map((entry) => entry.sizes));
  return [{ sizes, weight: 1, cost: undefined, among }];
}

function valueOfEntry(plan: Plan, { sizes, cost }: Entry): number {
  return valueOfSizes(plan, sizes) + (cost?.value ?? 0);
}

/** Whether it counts nowhere, as there is nothing in its masks. */
function isLeftOut({ ratio, settings }: Plan, { sizes }: Entry): boolean {
  return Number.isNaN(settings.empty) && denominatorOf(ratio, settings.smooth, sizes) === 0;
}

interface Reduced {
  readonly value: number | Float64Array;
  /** The weight of all entries that count. */
  readonly weight: number;
  /** The sums, of all samples together if they are pooled. */
  readonly regions: Sums;
  readonly ofAll: Cost | undefined;
  /** The entries of the last sample, often the only one. */
  readonly last: readonly Entry[];
}

function reduce(plan: Plan, sums: Sums): Reduced {
  const { reduction } = plan.settings;
  const regions = pooled(plan, sums);
  const ofAll = costOfAll(plan, sums);
  const values: number[] = [];
  let sum = 0;
  let weight = 0;
  let last: readonly Entry[] = [];
  for (let sample = 0; sample < regions.overlap.samples; sample++) {
    last = entriesOf(plan, regions, sample);
    for (const entry of last) {
      const value = entry.weight * valueOfEntry(plan, entry);
      if (reduction === "none") values.push(value);
      if (isLeftOut(plan, entry)) continue;
      sum += value;
      weight += entry.weight;
    }
  }
  const reduced = reduction === "sum" ? sum : sum / weight; // the mean of none is NaN, the sum of none 0
  const one = ofAll ? reduced + ofAll.value : reduced;
  return { value: reduction === "none" ? Float64Array.from(values) : one, weight, regions, ofAll, last };
}
