// The two passes over the data, one that fills rows of sums and one that writes the gradient, where each region is a
// stretch of its own: a single region, or channels-first floats.
import { type Address, BLOCK, type Engine, FLOATS } from "./engine.ts";
import type { Slopes, SlopesOf } from "./formulas.ts";
import type { Geometry } from "./geometry.ts";
import { areBytes, checkTarget, Labels } from "./labels.ts";
import { type Call, type Floats, floatsOf, readTarget } from "./operands.ts";
import { activate, canKeep, GRID, type Pass, takesRaw, writeSlopes } from "./passes.ts";
import type { Rows } from "./rows.ts";
import { addByteSums, addSums, clearSums, countSums, type Taking, takesBytes } from "./sums.ts";

// Where the staged blocks lie: from STAGE on, one every 16 KiB (written out, as bundlers keep a sum that nobody uses).
export const PREDICTION: Address = 1152;
export const TARGET: Address = 17_536;
const ZEROS: Address = 33_920; // in place of predictions that are not used
const LABELS: Address = 50_304;
const RAW: Address = 66_688; // integers as they are
export const GRADIENT: Address = 83_072;
export const ACTIVATED: Address = 99_456; // predictions after activation or threshold

/** Elements of a call from which on they come from memory, or from a cache nearly as slow. */
const FAR = 2 ** 21;

export class RegionPass implements Pass {
  readonly engine: Engine;
  readonly geometry: Geometry;
  readonly taking: Taking;
  private readonly prediction: Floats;
  private readonly target: Floats | Labels;
  /** The target, if it is a mask of bytes, which gradients read as they are. */
  protected readonly byteMask: Labels | undefined;
  /**
   * Whether resident predictions are prefetched block by block before use. From memory, sigmoids then take two thirds of the
   * time on an Intel Xeon, and 1.15 times as long on an AMD EPYC; from a cache a little longer on both.
   */
  private readonly prefetches: boolean;

  constructor(call: Call, geometry: Geometry, taking: Taking) {
    const { engine, prediction, target } = call;
    this.engine = engine;
    this.geometry = geometry;
    this.taking = taking;
    this.prediction = floatsOf(engine, "prediction", prediction);
    this.prefetches = taking.activation === "sigmoid" && this.prediction.inPlace && prediction.length > FAR;
    this.target = readTarget(engine, target, taking);
    const isMask = taking.intersection === "product" && this.target instanceof Labels && areBytes(this.target.array, 1);
    this.byteMask = isMask ? (this.target as Labels) : undefined;
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
    const { engine, taking } = this;
    const summed = takesBytes(taking) ? this.byteMask : undefined;
    const step = this.mustStep(summed) ? BLOCK : GRID;
    clearSums(engine, taking);
    for (let done = 0; done < count; done += step) {
      const start = from + done;
      const n = Math.min(step, count - done);
      const p = this.predictionAt(start, n);
      if (!summed) addSums(engine, taking, p, this.targetAt(start, n), n);
      else if (addByteSums(engine, p, summed.at(start, n, RAW), n, 1, 1, TARGET)) checkTarget(summed.array, start, n, 1, taking);
    }
  }

  /** Whether the data must be taken block by block; `byteMask` is a mask read as it is, if there is one. */
  protected mustStep(byteMask: Labels | undefined): boolean {
    return (
      !this.prediction.inPlace || (this.target instanceof Labels && !byteMask) || !this.target.inPlace || !takesRaw(this.taking)
    );
  }

  /** Where the predictions are, after activation or threshold: then at `to`. */
  protected predictionAt(start: number, n: number, to: Address = PREDICTION): Address {
    const { engine, taking } = this;
    const p = this.prediction.at(start, n, PREDICTION);
    if (this.prefetches) engine.prefetch(p, n);
    return activate(engine, taking, p, to, n);
  }

  protected targetAt(start: number, n: number): Address {
    const { target, taking } = this;
    if (!(target instanceof Labels)) return target.at(start, n, TARGET);
    if (target.toFloats(start, n, TARGET, LABELS, RAW)) checkTarget(target.array, start, n, 1, taking);
    return TARGET;
  }
}

// Classes of their own for gradients: bundlers keep all methods of a class, or none.

/** Both passes of a call with a gradient. */
export class RegionGradient extends RegionPass {
  /** Where the sums keep probabilities in the gradient array, that array. */
  readonly kept: Floats | undefined;
  private readonly gradient: Float32Array;
  /** The gradient; written in place where possible. */
  private readonly output: Floats;

  constructor(call: Call, geometry: Geometry, taking: Taking) {
    super(call, geometry, taking);
    this.gradient = call.gradient as Float32Array;
    this.output = floatsOf(call.engine, "gradient", this.gradient);
    this.kept = canKeep(call, taking) ? this.output : undefined;
  }

  protected override predictionAt(start: number, n: number): Address {
    const { kept } = this;
    if (!kept) return super.predictionAt(start, n);
    // kernels write past an end that is no multiple of 4
    const p = super.predictionAt(start, n, kept.inPlace && n % 4 === 0 ? kept.at(start, n, 0) : undefined);
    if (p === PREDICTION) this.engine.copyOut(p, n, this.gradient, start);
    return p;
  }

  /** Writes the gradient of every region. */
  write(slopesOf: SlopesOf): void {
    const { engine, geometry, taking } = this;
    const { samples, classes, positions } = geometry;
    // predictions that would only be multiplied by 0 are not read, which saves bandwidth
    const usesPrediction = taking.intersection === "minimum" || taking.squares || taking.activation !== "none";
    const zeros = ZEROS / 4;
    if (!usesPrediction) engine.f32.fill(0, zeros, zeros + Math.min(BLOCK, positions));
    for (let row = 0; row < samples * classes; row++) this.writeRegion(row * positions, slopesOf(row), usesPrediction);
  }

  private writeRegion(from: number, slopes: Slopes, usesPrediction: boolean): void {
    const { engine, gradient, byteMask, output, taking } = this;
    const { positions } = this.geometry;
    const { inPlace } = output;
    const step = inPlace && usesPrediction && !this.mustStep(byteMask) ? positions : BLOCK;
    for (let done = 0; done < positions; done += step) {
      const start = from + done;
      const n = Math.min(step, positions - done);
      const t = byteMask ? byteMask.at(start, n, RAW) : this.targetAt(start, n);
      const p = usesPrediction ? this.probabilityAt(start, n) : ZEROS;
      const g = inPlace ? output.at(start, n, 0) : GRADIENT;
      writeSlopes(engine, taking, slopes, t, byteMask ? 1 : FLOATS, p, g, n);
      if (!inPlace) engine.copyOut(g, n, gradient, start);
    }
  }

  /** Probabilities, kept or computed again. */
  private probabilityAt(start: number, n: number): Address {
    return this.kept ? this.kept.at(start, n, PREDICTION) : this.predictionAt(start, n);
  }
}
