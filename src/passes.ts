// The two passes over the data, one that fills rows of sums and one that writes the gradient, where each region
// is a stretch of its own: one region, or channels-first floats.
import type { Prediction, Target } from "./arrays.ts";
import { type Address, BLOCK, type Engine, STAGE } from "./engine.ts";
import type { Geometry } from "./geometry.ts";
import { areBytes, type Floats, floatsOf, Labels, refuseMask, targetOf } from "./operands.ts";
import type { Rows } from "./rows.ts";
import { addByteSums, addSums, clearSums, countSums, type Taking, takesBytes } from "./sums.ts";

/** d(value)/d(p) of a region = byIntersection·h + bySquares·p + bySize, where h is t, or the slope of min(p, t). */
export interface Slopes {
  readonly byIntersection: number;
  readonly bySquares: number;
  readonly bySize: number;
}

/** What can be done with the data of a call. */
export interface Pass {
  /** Whether the sums keep probabilities for the gradient, so that they are made once: in the gradient itself. */
  readonly keeps: boolean;
  /** Adds the sums of every region to its row, and those of a pointwise loss to the rows of `costs`. */
  addTo(rows: Rows, costs?: Rows): void;
  /** Writes the gradient; `slopesOf` tells those of a row, `slopesOfCost` those of a row of costs. */
  writeGradient(slopesOf: (row: number) => Slopes, slopesOfCost: (row: number) => Slopes): void;
}

/**
 * Positions between two additions to an Overlap. A stretch of the grid is summed by itself, whatever came before it and
 * however it was staged, and additions are exact: so pieces cut on this grid merge to the bits of the whole.
 */
export const GRID = 16384;

// The staged blocks: what they hold.
const PREDICTION = 0;
const TARGET = 1;
const SLOPE = 2; // ∂min(p, t)/∂p
const LABELS = 3;
const RAW = 4; // integers as they are
const GRADIENT = 5;

/** Elements of a call from which on they come from memory, or a cache that is nearly as far. */
const FAR = 2 ** 18;

/** The operands of a call, where the gradient is written if one is wanted, and where each lies. */
export interface Call<P = Prediction, T = Target> {
  readonly engine: Engine;
  readonly prediction: P;
  readonly target: T;
  readonly gradient: Float32Array | undefined;
  readonly predictionResident: boolean;
  readonly targetResident: boolean;
  readonly gradientResident: boolean;
}

/** Whether probabilities can be kept from the sums to the gradient: plain arrays are checked number by number, and may be refused late. */
export function canKeep({ prediction, target, gradient }: Call, { activation }: Taking): boolean {
  return gradient !== undefined && activation !== "none" && !Array.isArray(prediction) && !Array.isArray(target);
}

export class RegionPass implements Pass {
  private readonly engine: Engine;
  private readonly geometry: Geometry;
  private readonly taking: Taking;
  private readonly prediction: Floats;
  readonly keeps: boolean;
  private readonly gradient: Float32Array | undefined;
  /** The gradient: where probabilities are kept, and the gradient is written where it can be in place. */
  private readonly output: Floats | undefined;
  private readonly target: Floats | Labels;
  /** Whether sums are taken of bytes as they are. */
  private readonly bytes: boolean;
  /** Whether blocks of predictions in place are fetched before they are computed with: from memory that pays, in a cache it costs a little. */
  private readonly fetches: boolean;

  constructor(call: Call, geometry: Geometry, taking: Taking) {
    const { engine, prediction, target } = call;
    this.keeps = canKeep(call, taking);
    this.gradient = call.gradient;
    this.output = call.gradient && floatsOf(engine, "gradient", call.gradient, call.gradientResident);
    this.engine = engine;
    this.geometry = geometry;
    this.taking = taking;
    this.prediction = floatsOf(engine, "prediction", prediction, call.predictionResident);
    this.fetches = this.prediction.inPlace && prediction.length > FAR;
    this.target = targetOf(engine, target, call.targetResident, undefined);
    this.bytes = this.target instanceof Labels && areBytes(this.target.array, 1) && takesBytes(taking);
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

  /** Leaves the sums of `count` elements from `from` on in the engine; at most a stretch of the grid. */
  private sum(from: number, count: number): void {
    const { engine } = this;
    const step = this.mustStep(this.bytes) ? BLOCK : GRID;
    clearSums(engine);
    for (let done = 0; done < count; done += step) {
      this.addBlock(from + done, Math.min(step, count - done));
    }
  }

  private addBlock(start: number, n: number): void {
    const { engine, taking, target } = this;
    const p = this.predictionAt(start, n);
    if (this.keeps && p === this.blockAt(PREDICTION)) this.copyOut(p, n, start);
    if (!this.bytes || !(target instanceof Labels)) addSums(engine, taking, p, this.targetAt(start, n), n);
    else {
      const bytes = target.at(start, n, this.blockAt(RAW));
      if (addByteSums(engine, p, bytes, n, 1, 1, this.blockAt(TARGET))) refuseMask(target.array, start);
    }
  }

  writeGradient(slopesOf: (row: number) => Slopes): void {
    const { samples, classes, positions } = this.geometry;
    for (let row = 0; row < samples * classes; row++) this.writeRegion(row * positions, slopesOf(row));
  }

  private writeRegion(from: number, slopes: Slopes): void {
    const { taking } = this;
    const { positions } = this.geometry;
    const direct = taking.activation === "none" && this.output?.inPlace ? this.output : undefined; // the chain rule needs the probabilities that are kept there
    const step = direct ? positions : BLOCK;
    const staged = this.blockAt(GRADIENT);
    for (let done = 0; done < positions; done += step) {
      const start = from + done;
      const n = Math.min(step, positions - done);
      this.writeStretch(start, n, direct ? direct.at(start, n, staged) : staged, slopes);
      if (!direct) this.copyOut(staged, n, start);
    }
  }

  private writeStretch(from: number, count: number, to: Address, slopes: Slopes): void {
    const { engine, taking } = this;
    const { kernels } = engine;
    const minimum = taking.intersection === "minimum";
    const step = minimum || this.mustStep(false) ? BLOCK : count;
    // what is taken times 0 alone costs no memory where it is not read
    const usesPrediction = minimum || slopes.bySquares !== 0 || taking.activation !== "none";
    for (let done = 0; done < count; done += step) {
      const start = from + done;
      const n = Math.min(step, count - done);
      const t = this.targetAt(start, n);
      const p =
        this.keeps && this.output
          ? this.output.at(start, n, this.blockAt(PREDICTION))
          : usesPrediction
            ? this.predictionAt(start, n)
            : t;
      const h = minimum ? this.blockAt(SLOPE) : t;
      const g = to + 4 * done;
      if (minimum) kernels.slope_minimum(p, t, h, n);
      kernels.gradient(h, p, g, n, slopes.byIntersection, slopes.bySquares, slopes.bySize);
      if (taking.activation === "sigmoid") kernels.chain_sigmoid(p, g, n);
    }
  }

  /** Whether the data must be taken block by block, where bytes are taken as they are or not. */
  private mustStep(bytes: boolean): boolean {
    const { activation, threshold } = this.taking;
    return (
      !this.prediction.inPlace ||
      (this.target instanceof Labels && !bytes) ||
      !this.target.inPlace ||
      activation !== "none" ||
      threshold !== undefined
    );
  }

  private predictionAt(start: number, n: number): Address {
    const { activation, threshold } = this.taking;
    const { kernels } = this.engine;
    let p = this.prediction.at(start, n, this.blockAt(PREDICTION));
    if (activation === "sigmoid") {
      if (this.fetches) this.engine.fetch(p, n);
      // the kernel goes a little beyond an end that is no multiple of 4
      const to = this.keeps && this.output?.inPlace && n % 4 === 0 ? this.output.at(start, n, 0) : this.blockAt(PREDICTION);
      kernels.sigmoid(p, to, n);
      p = to;
    }
    if (threshold !== undefined) {
      kernels.threshold(p, this.blockAt(PREDICTION), n, threshold);
      p = this.blockAt(PREDICTION);
    }
    return p;
  }

  private copyOut(from: Address, n: number, start: number): void {
    this.engine.copyOut(from, n, this.gradient as Float32Array, start);
  }

  private targetAt(start: number, n: number): Address {
    const { target } = this;
    const t = this.blockAt(TARGET);
    if (!(target instanceof Labels)) return target.at(start, n, t);
    if (target.mask(start, n, t, this.blockAt(LABELS), this.blockAt(RAW))) refuseMask(target.array, start);
    return t;
  }

  private blockAt(k: number): Address {
    return STAGE + 4 * BLOCK * k;
  }
}
