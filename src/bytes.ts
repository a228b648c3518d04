// The ways to count two label maps of bytes exactly, stretch by stretch.
import { type Address, type Engine, STAGE } from "./engine.ts";
import type { Totals } from "./rows.ts";

/** How bytes are counted: in 32-bit counters in the engine's memory, added to three totals per class in the end. */
interface Counting {
  /** The number of counters. */
  size(classes: number): number;
  /**
   * Counts n bytes, a multiple of TURN; returns whether it met one that is no class. A way that leaves such bytes uncounted
   * may return false: the totals then fall short of the length.
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

// numbers are written out here, as bundlers keep a power or a product that nobody uses
export const STAGED_BYTES = 16_384; // bytes of each map staged at once
export const TURN = 64; // bytes: a multiple of what any kernel takes at a time
// up to this many classes, which `count` supports, a pass for every two is faster than one that tallies all
const MOST_IN_PAIRS = 8;
const STRETCH = 268_435_456; // 2²⁸ positions counted before the counters are emptied

/** How to count bytes that may be no class. */
export function countingOf(classes: number): Counting {
  return classes <= MOST_IN_PAIRS ? PAIRS : TABLES;
}

/**
 * Adds the counts of the first `length` positions to the totals, byte 0 to class `first`. Stops, leaving positions uncounted,
 * where a byte is seen that is no class.
 */
export function countMaps(maps: Maps, length: number, counting: Counting, classes: number, totals: Totals, first = 0): void {
  const { engine, step } = maps;
  const out = STAGE + 2 * STAGED_BYTES;
  const at = out >> 2;
  for (let start = 0; start < length; start += STRETCH) {
    const end = Math.min(start + STRETCH, length);
    engine.i32.fill(0, at, at + counting.size(classes));
    for (let from = start; from < end; from += step) {
      const n = Math.min(step, end - from);
      maps.bring(from, n);
      if (counting.count(engine, maps.p, maps.t, turnsOf(n), classes, out)) return;
    }
    counting.collect(engine.i32, at, end - start, classes, totals, first);
  }
}

/** n rounded up to whole turns. */
export function turnsOf(n: number): number {
  return TURN * Math.ceil(n / TURN);
}

/** Masks: label 1 is counted; the rest is label 0. */
export const MASKS: Counting = {
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
const PAIRS: Counting = {
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
const TABLES: Counting = {
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
