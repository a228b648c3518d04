// The two passes over the data of a region: one that fills a row of an Overlap, one that writes its gradient.
import type { Prediction, Target } from "./arrays.ts";
import { type Engine, sharedEngine } from "./engine.ts";
import type { Sizes } from "./formulas.ts";
import { type Operand, predictionOperand, targetOperand } from "./operands.ts";
import { type Intersection, Overlap } from "./overlap.ts";
import { engineOf } from "./workspace.ts";

/** Which sums are taken, and of what. */
export interface Taking {
  readonly intersection: Intersection;
  readonly threshold: number | undefined;
  /** Whether Σp² and Σt² are wanted. */
  readonly squares: boolean;
}

/** d(value)/d(prediction) = intersection·h + squared·p + constant, where h is t, or the slope of min(p, t). */
export interface Slopes {
  readonly intersection: number;
  readonly squared: number;
  readonly constant: number;
}

/**
 * Positions between two additions to an Overlap. A grid block is summed by itself, whatever came before it and however
 * it was staged, and additions are exact: so pieces cut on this grid merge to the bits of the whole.
 */
export const GRID = 16384;

/** The operands of a call on the engine that holds one of them, or on the shared one. */
export class Pair {
  readonly length: number;
  private readonly engine: Engine;
  private readonly prediction: Operand;
  private readonly target: Operand;
  private readonly gradientInPlace: boolean;

  constructor(prediction: Prediction, target: Target, threshold: number | undefined, gradient?: Float32Array) {
    const forPrediction = engineOf(prediction);
    const forTarget = engineOf(target);
    const forGradient = engineOf(gradient);
    this.engine = forPrediction ?? forTarget ?? forGradient ?? sharedEngine();
    this.length = prediction.length;
    this.prediction = predictionOperand(this.engine, prediction, forPrediction === this.engine, threshold);
    this.target = targetOperand(this.engine, target, forTarget === this.engine);
    this.gradientInPlace = forGradient === this.engine;
  }

  /** The sizes of one region of all positions. */
  sizes(taking: Taking): Sizes {
    if (this.length > GRID) {
      const overlap = new Overlap();
      this.addTo(overlap, 0, taking);
      return overlap.sizes(0, taking.squares);
    }
    const { f64 } = this.engine;
    const out = this.sum(taking, 0, this.length);
    const P = taking.squares ? out + 6 : out + 2;
    const T = taking.squares ? out + 12 : out + 4;
    return { I: f64[out] + f64[out + 1], P: f64[P] + f64[P + 1], T: f64[T] + f64[T + 1] };
  }

  /** Adds the sums of all positions to a row. */
  addTo(overlap: Overlap, row: number, taking: Taking): void {
    const { f64 } = this.engine;
    overlap.take(taking.intersection);
    for (let start = 0; start < this.length; start += GRID) {
      const out = this.sum(taking, start, Math.min(start + GRID, this.length));
      overlap.count(row, "intersection", f64[out] + f64[out + 1]);
      overlap.count(row, "prediction", f64[out + 2] + f64[out + 3]);
      overlap.count(row, "target", f64[out + 4] + f64[out + 5]);
      if (taking.squares) {
        overlap.count(row, "predictionSquared", f64[out + 6] + f64[out + 7]);
        overlap.count(row, "targetSquared", f64[out + 12] + f64[out + 13]);
      }
    }
    overlap.count(row, "positions", this.length);
  }

  /** Sums one grid block; returns where in the engine's float64 the sums are. */
  private sum(taking: Taking, from: number, end: number): number {
    const { kernels, sumsOut, f64, block } = this.engine;
    const kernel = taking.intersection === "minimum" ? kernels.sums_minimum_f32 : kernels.sums_f32;
    const out = sumsOut >> 3;
    const wanted = taking.squares ? 18 : 6;
    for (let i = 0; i < wanted; i++) f64[out + i] = 0;
    const step = this.prediction.inPlace && this.target.inPlace ? GRID : block;
    for (let start = from; start < end; start += step) {
      const count = Math.min(step, end - start);
      const p = this.prediction.at(start, count);
      const t = this.target.at(start, count);
      kernel(p, t, count, sumsOut);
      if (taking.squares) {
        kernels.sums_f32(p, p, count, sumsOut + 48);
        kernels.sums_f32(t, t, count, sumsOut + 96);
      }
    }
    return out;
  }

  /** Writes the gradient of all positions. */
  writeGradient(gradient: Float32Array, intersection: Intersection, slopes: Slopes): void {
    const { engine } = this;
    const inPlace = this.gradientInPlace;
    const minimum = intersection === "minimum";
    const step = inPlace && !minimum && this.prediction.inPlace && this.target.inPlace ? this.length : engine.block;
    for (let start = 0; start < this.length; start += step) {
      const count = Math.min(step, this.length - start);
      const p = this.prediction.at(start, count);
      const t = this.target.at(start, count);
      const g = inPlace ? gradient.byteOffset + 4 * start : engine.gradientBlock;
      if (minimum) engine.kernels.slope_minimum_f32(p, t, engine.integerBlock, count);
      const h = minimum ? engine.integerBlock : t;
      engine.kernels.gradient_f32(h, p, g, count, slopes.intersection, slopes.squared, slopes.constant);
      if (!inPlace) gradient.set(engine.f32.subarray(g >> 2, (g >> 2) + count), start);
    }
  }
}
