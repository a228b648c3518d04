// What the adapters share: one call of the library, and the layouts that peers know and it does not.
import { type GradientOptions, type Loss, type Prediction, type Target, valueAndGradient } from "../../src/index.ts";
import type { Answer, Case } from "./case.ts";

export type Options = GradientOptions;
type Measure = (prediction: Prediction, target: Target, options: Options) => number | Float64Array;

/** Samples, classes and positions of `[N, C, …spatial]`. */
export type Extent = readonly [samples: number, classes: number, positions: number];

export function extentOf([samples, classes, ...spatial]: readonly number[]): Extent {
  return [samples, classes, product(spatial)];
}

export function product(axes: readonly number[]): number {
  return axes.reduce((size, axis) => size * axis, 1);
}

/** The value of a loss, and its gradient where the case has one. */
export function call(given: Case, loss: Loss, prediction: Prediction, target: Target, options: Options): Answer {
  const value = (loss as Measure)(prediction, target, options);
  const values = typeof value === "number" ? [value] : value;
  return given.grad ? { values, gradient: valueAndGradient(loss, prediction, target, options).gradient } : { values };
}

/** An answer times a number. */
export function times(factor: number, { values, gradient }: Answer): Answer {
  const scaled = (list: ArrayLike<number>) => Array.from(list, (value) => factor * value);
  return gradient ? { values: scaled(values), gradient: scaled(gradient) } : { values: scaled(values) };
}

/** The sum of two answers. */
export function plus(one: Answer, other: Answer): Answer {
  const added = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a, (value, i) => value + b[i]);
  const values = added(one.values, other.values);
  return one.gradient && other.gradient ? { values, gradient: added(one.gradient, other.gradient) } : { values };
}

/** The values of one class, sample after sample. */
export function planesOf(values: readonly number[], [, classes, positions]: Extent, c: number): number[] {
  return rowsOf(values, positions)
    .filter((_, row) => row % classes === c)
    .flat();
}

/** Labels as ones and zeros, a plane for each class. */
export function oneHot(labels: ArrayLike<number>, [samples, classes, positions]: Extent): Float64Array {
  const planes = new Float64Array(samples * classes * positions);
  for (let i = 0; i < samples * positions; i++) {
    const sample = Math.floor(i / positions);
    planes[(sample * classes + labels[i]) * positions + (i % positions)] = 1;
  }
  return planes;
}

/** A mask of `[N or 1, 1, …spatial]`, one byte for each position. */
export function maskOf(mask: ArrayLike<number>, [samples, , positions]: Extent): Uint8Array {
  return Uint8Array.from({ length: samples * positions }, (_, i) => (mask[i % mask.length] ? 1 : 0));
}

/** Where an element of `[N, C, …spatial]` is in a mask of `[N, 1, …spatial]`. */
export function placeOf(element: number, [, classes, positions]: Extent): number {
  return Math.floor(element / (classes * positions)) * positions + (element % positions);
}

/** The mean without the NaNs; of NaNs alone NaN. */
export function nanMean(values: ArrayLike<number>): number {
  const numbers = Array.from(values).filter((value) => !Number.isNaN(value));
  return sum(numbers) / numbers.length;
}

export function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0);
}

/** Rows of `width` values each. */
export function rowsOf(values: ArrayLike<number>, width: number): number[][] {
  const list = Array.from(values);
  return Array.from({ length: list.length / width }, (_, row) => list.slice(row * width, (row + 1) * width));
}
