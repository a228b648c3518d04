// The two passes over the data, one that fills rows of sums and one that writes the gradient, where each region is a
// stretch of its own: a single region, or channels-first floats.
import { type Address, BLOCK, blockAt, type Engine, FLOATS, MINIMUM } from "./engine.ts";
import type { Slopes, SlopesOf } from "./formulas.ts";
import type { Geometry } from "./geometry.ts";
import { areBytes, type Call, checkBinary, type Floats, floatsOf, Labels, NOTHING, targetOf } from "./operands.ts";
import type { Rows } from "./rows.ts";
import { activate, addByteSums, addSums, clearSums, countSums, type Taking, takesBytes, takesRaw } from "./sums.ts";

/**
 * Writes the gradient of n elements to g, for targets at t: floats, or bytes of which `label` counts as 1. With a
 * sigmoid, it is that with respect to the logits.
 */
export function writeSlopes(
  { kernels }: Engine,
  { activation, intersection }: Taking,
  { byIntersection, bySquares, bySize }: Slopes,
  t: Address,
  label: number,
  p: Address,
  g: Address,
  n: number,
): void {
  const kind = intersection === "minimum" ? MINIMUM : label; // a minimum never takes bytes
  kernels.gradient(t, p, g, n, kind, byIntersection, bySquares, bySize, activation === "sigmoid" ? 1 : 0);
}

/** A pass over the data of a call. */
export interface Pass {
  /** Where the sums keep intermediate results in the gradient array, that array. */
  readonly kept: Floats | undefined;
  /** Adds the sums of every region to its row, and those of a pointwise loss to the rows of `costs`. */
  addTo(rows: Rows, costs?: Rows): void;
}

/**
 * Positions between two additions to an Overlap. Each stretch of this grid is summed by itself, whatever came before it
 * and however it was staged, and additions are exact: so pieces cut on the grid merge to the bits of the whole.
 */
export const GRID = 16384;

// What the staged blocks hold.
export const PREDICTION = 0;
export const TARGET = 1;
const ZEROS = 2; // in place of predictions that are not used
const LABELS = 3;
const RAW = 4; // integers as they are
export const GRADIENT = 5;
export const ACTIVATED = 6; // predictions after activation or threshold

/** Elements of a call from which on they come from memory, or from a cache nearly as slow. */
const FAR = 2 ** 21;

/**
 * Whether the gradient array can keep results of the sums. Not for plain arrays, whose numbers are checked one by one and
 * may be refused late.
 */
export function canKeep({ prediction, target, gradient }: Call, { activation }: Taking): boolean {
  return gradient !== undefined && activation !== "none" && !Array.isArray(prediction) && !Array.isArray(target);
}

export class RegionPass implements Pass {
  readonly engine: Engine;
  readonly geometry: Geometry;
  readonly taking: Taking;
  readonly gradient: Float32Array | undefined;
  /** The gradient; written in place where possible. Probabilities are kept in it. */
  readonly output: Floats | undefined;
  readonly kept: Floats | undefined;
  private readonly prediction: Floats;
  private readonly target: Floats | Labels;
  /** Masks of bytes, read as they are: those that sums are taken of, and those that gradients are made of. */
  private readonly summed: Labels | undefined;
  readonly masks: Labels | undefined;
  /**
   * Whether resident predictions are prefetched block by block before use. From memory, sigmoids then take two thirds of the
   * time on an Intel Xeon, and 1.15 times as long on an AMD EPYC; from a cache a little longer on both.
   */
  private readonly prefetches: boolean;

  constructor(call: Call, geometry: Geometry, taking: Taking) {
    const { engine, prediction, target } = call;
    this.gradient = call.gradient;
    this.output = call.gradient && floatsOf(engine, "gradient", call.gradient, call.gradientResident);
    this.kept = canKeep(call, taking) ? this.output : undefined;
    this.engine = engine;
    this.geometry = geometry;
    this.taking = taking;
    this.prediction = floatsOf(engine, "prediction", prediction, call.predictionResident);
    this.prefetches = taking.activation === "sigmoid" && this.prediction.inPlace && prediction.length > FAR;
    this.target = targetOf(engine, target, call.targetResident, undefined);
    const isMask = taking.intersection === "product" && this.target instanceof Labels && areBytes(this.target.array, 1);
    this.masks = isMask ? (this.target as Labels) : undefined;
    this.summed = takesBytes(taking) ? this.masks : undefined;
  }

  addTo(rows: Rows): void {
    const { samples, classes, positions } = this.geometry;
    for (let row = 0; row < samples * classes; row++) {
      for (let start = 0; start < positions; start += GRID) {
        const count = Math.min(GRID, positions - start);
        this.sum(row * positions + start, count);
        countSums(this.engine, this.taking, rows, row, count);
      }
    }
  }

  /** Leaves the sums of `count` elements from `from` on in the engine: at most one stretch of the grid. */
  private sum(from: number, count: number): void {
    const { engine, summed, taking } = this;
    const step = this.mustStep(summed) ? BLOCK : GRID;
    clearSums(engine);
    for (let done = 0; done < count; done += step) {
      const start = from + done;
      const n = Math.min(step, count - done);
      const p = this.predictionAt(start, n);
      if (this.kept && p === blockAt(PREDICTION)) engine.copyOut(p, n, this.gradient as Float32Array, start);
      if (!summed) addSums(engine, taking, p, this.targetAt(start, n), n);
      else if (addByteSums(engine, p, summed.at(start, n, blockAt(RAW)), n, 1, 1, blockAt(TARGET)))
        checkBinary(summed.array, start, n, NOTHING);
    }
  }

  /** Whether the data must be taken block by block; `masks` are byte masks read as they are, if any. */
  mustStep(masks: Labels | undefined): boolean {
    return (
      !this.prediction.inPlace || (this.target instanceof Labels && !masks) || !this.target.inPlace || !takesRaw(this.taking)
    );
  }

  predictionAt(start: number, n: number): Address {
    const { engine, kept, taking } = this;
    const p = this.prediction.at(start, n, blockAt(PREDICTION));
    if (this.prefetches) engine.prefetch(p, n);
    // kernels write past an end that is no multiple of 4
    const to = kept?.inPlace && n % 4 === 0 ? kept.at(start, n, 0) : blockAt(PREDICTION);
    return activate(engine, taking, p, to, n);
  }

  targetAt(start: number, n: number): Address {
    const { target } = this;
    const t = blockAt(TARGET);
    if (!(target instanceof Labels)) return target.at(start, n, t);
    if (target.mask(start, n, t, blockAt(LABELS), blockAt(RAW))) checkBinary(target.array, start, n, NOTHING);
    return t;
  }
}

// Functions rather than methods: bundlers drop those that nobody calls.

/** Writes the gradient of every region. */
export function writeRegions(pass: RegionPass, slopesOf: SlopesOf): void {
  const { engine, geometry, taking } = pass;
  const { samples, classes, positions } = geometry;
  // predictions that would only be multiplied by 0 are not read, which saves bandwidth
  const usesPrediction = taking.intersection === "minimum" || taking.squares || taking.activation !== "none";
  const zeros = blockAt(ZEROS) / 4;
  if (!usesPrediction) engine.f32.fill(0, zeros, zeros + Math.min(BLOCK, positions));
  for (let row = 0; row < samples * classes; row++) writeRegion(pass, row * positions, slopesOf(row), usesPrediction);
}

function writeRegion(pass: RegionPass, from: number, slopes: Slopes, usesPrediction: boolean): void {
  const { engine, gradient, masks, output, taking } = pass;
  const { positions } = pass.geometry;
  const inPlace = output?.inPlace;
  const step = inPlace && usesPrediction && !pass.mustStep(masks) ? positions : BLOCK;
  for (let done = 0; done < positions; done += step) {
    const start = from + done;
    const n = Math.min(step, positions - done);
    const t = masks ? masks.at(start, n, blockAt(RAW)) : pass.targetAt(start, n);
    const p = usesPrediction ? probabilityAt(pass, start, n) : blockAt(ZEROS);
    const g = inPlace ? output.at(start, n, 0) : blockAt(GRADIENT);
    writeSlopes(engine, taking, slopes, t, masks ? 1 : FLOATS, p, g, n);
    if (!inPlace) engine.copyOut(g, n, gradient as Float32Array, start);
  }
}

/** Probabilities, kept or computed again. */
function probabilityAt(pass: RegionPass, start: number, n: number): Address {
  return pass.kept ? pass.kept.at(start, n, blockAt(PREDICTION)) : pass.predictionAt(start, n);
}
