// The two passes over the data, one that fills rows of sums and one that writes the gradient, where each region
// is a stretch of its own: one region, or channels-first floats.
import type { Prediction, Target } from "./arrays.ts";
import { type Address, BLOCK, type Engine, FLOATS, MINIMUM, STAGE } from "./engine.ts";
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
const ZEROS = 2; // of what is not used
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
  /** The masks that gradients are made of as they are. */
  private readonly masks: Labels | undefined;
  /** Whether gradients depend on the prediction: what is taken times 0 alone costs no memory where it is not read. */
  private readonly usesPrediction: boolean;
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
    const masks = this.target instanceof Labels && areBytes(this.target.array, 1) ? this.target : undefined;
    this.bytes = masks !== undefined && takesBytes(taking);
    const minimum = taking.intersection === "minimum";
    this.masks = minimum ? undefined : masks;
    this.usesPrediction = minimum || taking.squares || taking.activation !== "none";
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
    const zeros = this.blockAt(ZEROS) / 4;
    if (!this.usesPrediction && this.masks) this.engine.f32.fill(0, zeros, zeros + Math.min(BLOCK, positions));
    for (let row = 0; row < samples * classes; row++) this.writeRegion(row * positions, slopesOf(row));
  }

  private writeRegion(from: number, slopes: Slopes): void {
    const { positions } = this.geometry;
    const direct = this.output?.inPlace ? this.output : undefined;
    const step = direct ? positions : BLOCK;
    const staged = this.blockAt(GRADIENT);
    for (let done = 0; done < positions; done += step) {
      const start = from + done;
      const n = Math.min(step, positions - done);
      this.writeStretch(start, n, direct ? direct.at(start, n, staged) : staged, slopes);
      if (!direct) this.copyOut(staged, n, start);
    }
  }

  private writeStretch(from: number, count: number, to: Address, { byIntersection, bySquares, bySize }: Slopes): void {
    const { engine, masks, taking } = this;
    const minimum = taking.intersection === "minimum";
    const label = minimum ? MINIMUM : masks ? 1 : FLOATS;
    const sigmoid = taking.activation === "sigmoid" ? 1 : 0;
    const step = masks || this.mustStep(false) ? BLOCK : count;
    for (let done = 0; done < count; done += step) {
      const start = from + done;
      const n = Math.min(step, count - done);
      const t = masks ? masks.at(start, n, this.blockAt(RAW)) : this.targetAt(start, n);
      const unused = masks ? this.blockAt(ZEROS) : t;
      const p = this.usesPrediction ? this.probabilityAt(start, n) : unused;
      engine.kernels.gradient(t, p, to + 4 * done, n, label, byIntersection, bySquares, bySize, sigmoid);
    }
  }

  /** Probabilities that were kept, or made again. */
  private probabilityAt(start: number, n: number): Address {
    return this.keeps && this.output ? this.output.at(start, n, this.blockAt(PREDICTION)) : this.predictionAt(start, n);
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
