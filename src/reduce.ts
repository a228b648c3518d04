// From the rows of an Overlap to the value of a measure, and to the slopes that its gradient takes in each region.
import {
  type Curve,
  generalizedWeights,
  indexOf,
  isEmpty,
  type Ratio,
  type Sizes,
  slopesOf,
  type Weighting,
} from "./formulas.ts";
import type { Settings } from "./options.ts";
import type { Overlap } from "./overlap.ts";
import type { Slopes } from "./passes.ts";

/** What a measure is, with its options read. */
export interface Plan {
  readonly settings: Settings;
  /** The ratio of a region; or, of a generalized measure, how its classes are weighed before their one ratio. */
  readonly ratio: Ratio;
  readonly weighting: Weighting | undefined;
  readonly curve: Curve;
  /** Whether it is the value of one region, of the data as it is. */
  readonly straight: boolean;
}

/** The value of one region, or of the classes of one sample together. */
interface Entry {
  readonly sizes: Sizes;
  readonly index: number;
  readonly value: number;
  readonly weight: number;
  readonly leftOut: boolean;
}

/** The value of one region alone. */
export function valueOfSizes({ ratio, curve, settings }: Plan, sizes: Sizes): number {
  return curve.value(indexOf(ratio, settings.smooth, settings.empty, sizes));
}

/** The value of a plan over an overlap. */
export function valueOfOverlap(plan: Plan, overlap: Overlap): number | Float64Array {
  return reduce(entriesOf(plan, pooled(plan, overlap)), plan.settings.reduction);
}

/** The value of a plan over an overlap, and the slopes of each row; those of a reduction "none" are of its sum. */
export function valueAndSlopes(
  plan: Plan,
  overlap: Overlap,
): { value: number | Float64Array; slopesOfRow: (row: number) => Slopes } {
  const { settings, weighting } = plan;
  const { classes } = overlap;
  const pool = pooled(plan, overlap);
  const entries = entriesOf(plan, pool);
  const first = settings.includeBackground ? 0 : 1;
  const kept = classes - first;
  const total = settings.reduction === "mean" ? totalWeight(entries) : 1;
  const among = weighting && entries.map((_, sample) => generalizedWeights(targetsOf(plan, pool, sample), weighting));
  const slopes = Array.from({ length: overlap.samples * classes }, (_, row): Slopes => {
    const [sample, c] = [settings.batch ? 0 : Math.floor(row / classes), row % classes];
    if (c < first) return FLAT;
    const entry = entries[weighting ? sample : sample * kept + c - first];
    return scaled(plan, entry, ((among?.[sample][c - first] ?? 1) * entry.weight) / total);
  });
  return { value: reduce(entries, settings.reduction), slopesOfRow: (row) => slopes[row] };
}

/** The same of one region alone. */
export function valueAndSlopesOfSizes(plan: Plan, sizes: Sizes): { value: number; slopesOfRow: () => Slopes } {
  const entry = entryOf(plan, sizes, 1);
  return { value: entry.value, slopesOfRow: () => scaled(plan, entry, 1) };
}

const FLAT: Slopes = { byIntersection: 0, bySquares: 0, bySize: 0 };

function scaled({ ratio, curve, settings }: Plan, entry: Entry, factor: number): Slopes {
  if (entry.leftOut) return FLAT;
  const { byIntersection, byPrediction } = slopesOf(ratio, settings.smooth, entry.index, entry.sizes);
  const slope = factor * curve.slope(entry.index);
  return {
    byIntersection: slope * byIntersection,
    bySquares: settings.squared ? 2 * slope * byPrediction : 0,
    bySize: settings.squared ? 0 : slope * byPrediction,
  };
}

function pooled({ settings }: Plan, overlap: Overlap): Overlap {
  return settings.batch ? overlap.pool() : overlap;
}

function entriesOf(plan: Plan, overlap: Overlap): Entry[] {
  const { settings, weighting } = plan;
  const entries: Entry[] = [];
  for (let sample = 0; sample < overlap.samples; sample++) {
    const regions = regionsOf(plan, overlap, sample);
    if (weighting) entries.push(entryOf(plan, weighed(regions, targetsOf(plan, overlap, sample), weighting), 1));
    else entries.push(...regions.map((sizes, c) => entryOf(plan, sizes, settings.weights?.[c] ?? 1)));
  }
  return entries;
}

function entryOf(plan: Plan, sizes: Sizes, weight: number): Entry {
  const { ratio, curve, settings } = plan;
  const index = indexOf(ratio, settings.smooth, settings.empty, sizes);
  const leftOut = Number.isNaN(settings.empty) && isEmpty(ratio, settings.smooth, sizes);
  return { sizes, index, value: curve.value(index), weight, leftOut };
}

/** The sizes of the classes kept of one sample. */
function regionsOf({ settings }: Plan, overlap: Overlap, sample: number): Sizes[] {
  const regions: Sizes[] = [];
  for (let c = settings.includeBackground ? 0 : 1; c < overlap.classes; c++) {
    regions.push(overlap.sizes(sample * overlap.classes + c, settings.squared));
  }
  return regions;
}

/** What of each class kept is in the target of one sample. */
function targetsOf(plan: Plan, overlap: Overlap, sample: number): number[] {
  return regionsOf(plan, overlap, sample).map(({ T }) => T);
}

function weighed(regions: Sizes[], targets: number[], weighting: Weighting): Sizes {
  const weights = generalizedWeights(targets, weighting);
  const total: Sizes = { I: 0, P: 0, T: 0 };
  regions.forEach(({ I, P, T }, c) => {
    total.I += weights[c] * I;
    total.P += weights[c] * P;
    total.T += weights[c] * T;
  });
  return total;
}

function totalWeight(entries: readonly Entry[]): number {
  return entries.reduce((sum, { weight, leftOut }) => (leftOut ? sum : sum + weight), 0);
}

/** The mean of none is NaN, the sum of none 0. */
function reduce(entries: readonly Entry[], reduction: Settings["reduction"]): number | Float64Array {
  if (reduction === "none") return Float64Array.from(entries, ({ weight, value }) => weight * value);
  const sum = entries.reduce((total, { weight, value, leftOut }) => (leftOut ? total : total + weight * value), 0);
  return reduction === "sum" ? sum : sum / totalWeight(entries);
}
