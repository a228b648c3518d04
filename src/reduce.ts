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
    slopesOfCost: ofAll ? ofAll.slopesOf : (row) => ({ byIntersection: 0, bySquares: 0, bySize: byCosts[row] }),
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
    bySquares: settings.taking.squares ? clamp(2 * bySize) : 0,
    bySize: settings.taking.squares ? 0 : bySize,
  };
}

function pooled({ settings }: Plan, { overlap, costs }: Sums): Sums {
  return settings.batch ? { overlap: overlap.pooled(), costs: costs?.pooled() } : { overlap, costs };
}

/** The cost that belongs to no region but to all together. */
function costOfAll({ pointwise }: Plan, { overlap, costs, labels = false }: Sums): Cost | undefined {
  return costs && pointwise?.costOfAll?.(overlap, costs, labels);
}

/** An entry for each class kept of each sample, or for all of them together. */
function entriesOf(plan: Plan, { overlap, costs }: Sums): Entry[] {
  const { settings, weighting, pointwise } = plan;
  const { samples, classes } = overlap;
  const entries: Entry[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const first = sample * classes + (settings.includeBackground ? 0 : 1);
    const kept: Sizes[] = [];
    for (let row = first; row < (sample + 1) * classes; row++) kept.push(overlap.sizes(row, settings.taking.squares));
    if (weighting) {
      const { sizes, among } = weighting(kept);
      entries.push(entryOf(plan, sizes, 1, undefined, among));
    } else {
      for (let c = 0; c < kept.length; c++) {
        const cost = costs && pointwise?.costOfRegion?.(costs.sizes(first + c, false).P, overlap.positionsOf(first + c));
        entries.push(entryOf(plan, kept[c], settings.weights?.[c] ?? 1, cost));
      }
    }
  }
  return entries;
}

function entryOf(plan: Plan, sizes: Sizes, weight: number, cost: RegionCost | undefined, among?: readonly number[]): Entry {
  const { ratio, curve, settings } = plan;
  const index = indexOf(ratio, settings.smooth, settings.empty, sizes);
  const leftOut = Number.isNaN(settings.empty) && denominatorOf(ratio, settings.smooth, sizes) === 0;
  const value = curve.value(index) + (cost?.value ?? 0);
  return { sizes, index, value, byCost: cost?.slope ?? 0, weight, leftOut, among };
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
