// Exact counts of two label maps as bytes; maps of bytes are read as they are.
import type { IntegerArray } from "./arrays.ts";
import { type Address, type Engine, STAGE } from "./engine.ts";
import { Labels, refuseLabel } from "./operands.ts";
import type { Call } from "./passes.ts";
import { type Totals, zeros } from "./rows.ts";

/** Two label maps, and where they lie. */
export type LabelCall = Call<IntegerArray, IntegerArray>;

/** A way to count bytes: in 32-bit counters in the engine's memory, added to three totals per class in the end. */
export interface Way {
  /** The number of counters. */
  size(classes: number): number;
  /**
   * Counts n bytes, a multiple of TURN; returns whether one was seen that is no class. What is not counted need not be
   * detected.
   */
  count(engine: Engine, p: Address, t: Address, n: number, classes: number, out: Address): boolean;
  /** Adds the counters of n positions, from i32[at] on, to the totals, from class `first` on. */
  collect(i32: Int32Array, at: number, n: number, classes: number, totals: Totals, first: number): void;
}

/** Two label maps as bytes. */
export interface Maps {
  readonly engine: Engine;
  /** The most positions brought in at once. */
  readonly step: number;
  /** Where the bytes of both are, after `bring`. */
  readonly p: Address;
  readonly t: Address;
  /** Brings in n positions from `from` on, the last turn filled up with bytes that are no class. */
  bring(from: number, n: number): void;
}

export const STAGED: number = 2 ** 14; // bytes of each map staged at once
const TURN = 64; // bytes: a multiple of what any kernel takes at a time
// up to this many classes, which `count` supports, a pass for every two is faster than one that tallies all
const FEW = 8;
const STRETCH = 2 ** 28; // positions counted before the counters are emptied
// bytes of each resident map per step: few enough that every pass but the first reads them from cache
const IN_CACHE = 2 ** 16;

/**
 * For each class, the number of positions where it is in both maps, in the prediction, and in the target. As bytes, no
 * label is negative.
 */
export function countBytes(call: LabelCall, classes: number): Totals {
  const { prediction, target } = call;
  const { length } = prediction;
  const totals = zeros(3 * classes);
  const whole = length - (length % TURN);
  if (countMaps(asTheyAre(call), whole, classes <= 2 ? MASKS : wayOf(classes), classes, totals)) refuse(call, classes);
  for (let i = whole; i < length; i++) countPosition(prediction[i], target[i], classes, totals);
  // every position has one label: if the classes do not add up to the length, some label is no class
  if (sumOf(totals, 1) !== length || sumOf(totals, 2) !== length) refuse(call, classes);
  return totals;
}

/** How to count bytes that may be no class. */
export function wayOf(classes: number): Way {
  return classes <= FEW ? PASSES : TABLES;
}

/**
 * Adds the counts of the first `length` positions to the totals, byte 0 to class `first`; returns whether some byte was
 * no class.
 */
export function countMaps(maps: Maps, length: number, way: Way, classes: number, totals: Totals, first = 0): boolean {
  const { engine, step } = maps;
  const out = STAGE + 2 * STAGED;
  const at = out >> 2;
  for (let start = 0; start < length; start += STRETCH) {
    const end = Math.min(start + STRETCH, length);
    engine.i32.fill(0, at, at + way.size(classes));
    for (let from = start; from < end; from += step) {
      const n = Math.min(step, end - from);
      maps.bring(from, n);
      if (way.count(engine, maps.p, maps.t, turnsOf(n), classes, out)) return true;
    }
    way.collect(engine.i32, at, end - start, classes, totals, first);
  }
  return false;
}

/** n rounded up to whole turns. */
export function turnsOf(n: number): number {
  return TURN * Math.ceil(n / TURN);
}

/** Label maps of bytes, read as they are, in whole turns. */
function asTheyAre(call: LabelCall): Maps {
  const { engine, predictionResident, targetResident } = call;
  const prediction = new Labels(engine, call.prediction, predictionResident, undefined);
  const target = new Labels(engine, call.target, targetResident, undefined);
  const maps = {
    engine,
    step: predictionResident && targetResident ? IN_CACHE : STAGED,
    p: 0,
    t: 0,
    bring(from: number, n: number): void {
      maps.p = prediction.at(from, n, STAGE);
      maps.t = target.at(from, n, STAGE + STAGED);
    },
  };
  return maps;
}

function countPosition(p: number, t: number, classes: number, totals: Totals): void {
  if (!isClass(p, classes) || !isClass(t, classes)) return;
  if (p === t) totals[3 * p]++;
  totals[3 * p + 1]++;
  totals[3 * t + 2]++;
}

/** Masks: label 1 is counted; the rest is label 0. */
const MASKS: Way = {
  size: () => 12,
  count: ({ kernels }, p, t, n, classes, out) => kernels.masks(p, t, n, classes - 1, out) !== 0,
  collect(i32, at, n, classes, totals) {
    const ofP = sumOfFour(i32, at + 4);
    const ofT = sumOfFour(i32, at + 8);
    const both = ofP + ofT - sumOfFour(i32, at);
    addTo(totals, 0, n - ofP - ofT + both, n - ofP, n - ofT);
    if (classes === 2) addTo(totals, 1, both, ofP, ofT);
  },
};

/** Few classes: a pass for every two. */
const PASSES: Way = {
  size: (classes) => 24 * Math.ceil(classes / 2),
  count({ kernels }, p, t, n, classes, out) {
    for (let label = 0; label < classes; label += 2) kernels.count(p, t, n, label, out + 48 * label);
    return false;
  },
  collect(i32, at, _n, classes, totals, first) {
    for (let label = 0, i = at; label < classes; label++, i += 12) {
      addTo(totals, first + label, sumOfFour(i32, i), sumOfFour(i32, i + 4), sumOfFour(i32, i + 8));
    }
  },
};

// The tables of tally, in counters: pairs of #(t = label) and #(both), then #(p = label); all of it twice.
const OF_P = 512;
const TWIN = 768;

/** Many classes: all in one pass. */
const TABLES: Way = {
  size: () => 2 * TWIN,
  count({ kernels }, p, t, n, _classes, out) {
    kernels.tally(p, t, n, out);
    return false;
  },
  collect(i32, at, _n, classes, totals, first) {
    const most = Math.min(classes, 256);
    for (let label = 0; label < most; label++) {
      const [t, p] = [at + 2 * label, at + OF_P + label];
      addTo(totals, first + label, i32[t + 1] + i32[t + 1 + TWIN], i32[p] + i32[p + TWIN], i32[t] + i32[t + TWIN]);
    }
  },
};

function addTo(totals: Totals, label: number, both: number, ofP: number, ofT: number): void {
  totals[3 * label] += both;
  totals[3 * label + 1] += ofP;
  totals[3 * label + 2] += ofT;
}

function sumOfFour(i32: Int32Array, at: number): number {
  return i32[at] + i32[at + 1] + i32[at + 2] + i32[at + 3];
}

/** One of the three totals, summed over the classes. */
export function sumOf(totals: Totals, k: number): number {
  let sum = 0;
  for (let i = k; i < totals.length; i += 3) sum += totals[i];
  return sum;
}

function isClass(label: number, classes: number): boolean {
  return label >= 0 && label < classes;
}

/** Throws, naming the first label that is no class: in the prediction if it has one. */
function refuse({ prediction, target }: LabelCall, classes: number): never {
  if (!(prediction as Uint8Array).every((label) => isClass(label, classes)))
    refuseLabel("prediction", prediction, 0, classes, undefined);
  refuseLabel("target", target, 0, classes, undefined);
}
