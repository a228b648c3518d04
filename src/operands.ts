// An operand as the kernels see it: the address of any stretch of it, in place or staged in the engine's memory.
import { isIntegers, type Prediction, type Target } from "./arrays.ts";
import { wrongKind } from "./check.ts";
import type { Address, Engine } from "./engine.ts";
import { type Exclusion, Labels } from "./labels.ts";

/** The operands of a call, the array for the gradient if one is wanted, and the engine that computes it. */
export interface Call<P = Prediction, T = Target> {
  readonly engine: Engine;
  readonly prediction: P;
  readonly target: T;
  readonly gradient: Float32Array | undefined;
}

/** Floats, as float32. */
export interface Floats {
  /** Whether a stretch may have any length; else it must fit the block it is staged in. */
  readonly inPlace: boolean;
  /** The address of `count` elements from `start` on; `to`, if they must be staged. */
  at(start: number, count: number, to: Address): Address;
}

/** The floats of an array. */
export function floatsOf(engine: Engine, name: string, array: Prediction): Floats {
  if (Array.isArray(array))
    return { inPlace: false, at: (start, count, to) => copyNumbers(engine, name, array, start, count, to) };
  const floats = array as Float32Array; // or float64 and float16, which the host rounds
  if (!(array instanceof Float32Array && engine.holds(array))) {
    return { inPlace: false, at: (start, count, to) => engine.copyIn(floats, start, count, to) };
  }
  const base = floats.byteOffset;
  return { inPlace: true, at: (start) => base + 4 * start };
}

/** Stages a stretch of a plain array, checking each number as it is copied; returns its address. */
function copyNumbers(engine: Engine, name: string, array: readonly number[], start: number, count: number, to: Address): Address {
  const { f32 } = engine;
  engine.isReading = true;
  try {
    for (let i = 0; i < count; i++) {
      const value = array[start + i];
      if (typeof value !== "number") {
        const expected = Array.isArray(value) ? "a number (a flat array, as array.flat(Infinity) makes)" : "a number";
        wrongKind(`${name}[${start + i}]`, expected, value);
      }
      f32[(to >> 2) + i] = value;
    }
  } finally {
    engine.isReading = false;
  }
  return to;
}

/** The target of a call: its floats, or its labels. */
export function readTarget(engine: Engine, target: Target, exclusion: Exclusion): Floats | Labels {
  return isIntegers(target) ? new Labels(engine, target, exclusion) : floatsOf(engine, "target", target);
}
