// What the tests run over: seeded data, lengths around every tile, and one row for every way through the kernels.
import { BLOCK } from "../src/engine.ts";
import {
  diceCoefficient,
  diceLoss,
  focalTverskyLoss,
  jaccardIndex,
  jaccardLoss,
  type Prediction,
  type Target,
  tverskyIndex,
  tverskyLoss,
} from "../src/index.ts";
import { GRID } from "../src/passes.ts";
import type { FORMULAS, ReferenceOptions } from "./reference.ts";

/** 0 … 300, more than twice the largest tile; and around a staged block, the grid of exact merging, and twice them. */
export const LENGTHS = [
  ...Array.from({ length: 301 }, (_, n) => n),
  ...[BLOCK, 2 * BLOCK, GRID, 2 * GRID].flatMap((n) => [n - 1, n, n + 1, n + 17]),
];

/** mulberry32: small, seeded, uniform in [0, 1). */
export function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Pair {
  prediction: Float32Array;
  target: Float32Array;
}

/** A soft prediction beside a soft target. */
export function softPair(length: number, seed: number): Pair {
  const next = random(seed);
  return { prediction: Float32Array.from({ length }, next), target: Float32Array.from({ length }, next) };
}

/** A mask of about a third ones. */
export function maskOf(length: number, seed: number): Uint8Array {
  const next = random(seed);
  return Uint8Array.from({ length }, () => (next() < 0.35 ? 1 : 0));
}

/** Every integer typed array that may hold a mask. */
export const INTEGERS = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array] as const;

export type Name = keyof typeof FORMULAS;
export type Measure = (prediction: Prediction, target: Target, options?: ReferenceOptions) => number;

export const MEASURES = {
  diceCoefficient,
  diceLoss,
  jaccardIndex,
  jaccardLoss,
  tverskyIndex,
  tverskyLoss,
  focalTverskyLoss,
} as Record<Name, Measure>;

/** The ways through the kernels: each option that changes which sums are taken, alone and combined. */
export const WAYS: readonly ReferenceOptions[] = [
  {},
  { squared: true },
  { intersection: "minimum" },
  { squared: true, intersection: "minimum" },
  { threshold: 0.5 },
  { threshold: 0.3, squared: true },
  { threshold: 0.7, intersection: "minimum" },
];

/** The bytes of an array, to compare bit by bit. */
export function bytesOf(array: Float32Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}
