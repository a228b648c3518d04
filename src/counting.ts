// Exact counts of two label maps, as an Overlap of one sample.
import type { IntegerArray } from "./arrays.ts";
import { countingOf, countMaps, MASKS, type Maps, STAGED_BYTES, sumOf, TURN, turnsOf } from "./bytes.ts";
import { wrongValue } from "./check.ts";
import { type Address, type Engine, HEAP, STAGE } from "./engine.ts";
import { areBytes, checkLabels, type Exclusion, Labels, LEFT_OUT, NOTHING, PAGE } from "./labels.ts";
import type { Call } from "./operands.ts";
import { Overlap } from "./overlap.ts";
import { type Totals, zeros } from "./rows.ts";

/** Two label maps, and where they lie. */
type LabelCall = Call<IntegerArray, IntegerArray>;

/** Label maps that are narrowed to bytes, as they are no bytes or positions are left out. */
export interface NarrowedMaps {
  readonly engine: Engine;
  /** Labels of the prediction, or what gives such: only of the former can one be no class. */
  readonly prediction: Pick<Labels, "narrow"> & Partial<Pick<Labels, "array" | "mayExceed">>;
  readonly target: Labels;
  readonly exclusion: Exclusion;
  readonly classes: number;
  /** The most positions narrowed at once. */
  readonly step: number;
  /** Where integers are staged as they are. */
  readonly raw: Address;
}

export const MOST_CLASSES = 65_536; // each page of them takes a pass over the maps
// bytes of each resident map per step: few enough that every pass but the first reads them from cache
const IN_CACHE = 65_536;

/** The counts of every class: intersection, prediction and target are TP, TP + FP and TP + FN. */
export function countLabels(call: LabelCall, classes: number, exclusion: Exclusion): Overlap {
  if (classes > MOST_CLASSES) wrongValue("classes", `at most ${MOST_CLASSES}`, classes);
  const overlap = new Overlap({ classes });
  overlap.setKind("product");
  const mostOfByte = Math.min(classes, 256) - 1;
  const canBeRead = !exclusion.excludes && areBytes(call.prediction, mostOfByte) && areBytes(call.target, mostOfByte);
  const { length } = call.target;
  countRows(overlap, 0, canBeRead ? countBytes(call, classes) : countNarrowed(mapsOf(call, classes, exclusion), 0, length));
  return overlap;
}

/**
 * For each class, the number of positions where it is in both maps, in the prediction, and in the target. Labels that are
 * no class, as negative ones, count nowhere.
 */
function countBytes(call: LabelCall, classes: number): Totals {
  const { prediction, target } = call;
  const { length } = prediction;
  const totals = zeros(3 * classes);
  const whole = length - (length % TURN);
  countMaps(bytesOf(call), whole, classes <= 2 ? MASKS : countingOf(classes), classes, totals);
  for (let i = whole; i < length; i++) countPosition(prediction[i], target[i], totals);
  // every position has one label: if the classes do not add up to the length, some label is no class
  if (sumOf(totals, 1) !== length || sumOf(totals, 2) !== length) refuse(call, classes);
  return totals;
}

/** Label maps of bytes, read as they are, in whole turns. */
function bytesOf(call: LabelCall): Maps {
  const { engine } = call;
  const prediction = new Labels(engine, call.prediction, NOTHING);
  const target = new Labels(engine, call.target, NOTHING);
  const maps = {
    engine,
    step: prediction.inPlace && target.inPlace ? IN_CACHE : STAGED_BYTES,
    p: 0,
    t: 0,
    bring(from: number, n: number): void {
      maps.p = prediction.at(from, n, STAGE);
      maps.t = target.at(from, n, STAGE + STAGED_BYTES);
    },
  };
  return maps;
}

/** Label maps to be narrowed. */
function mapsOf(call: LabelCall, classes: number, exclusion: Exclusion): NarrowedMaps {
  const { engine } = call;
  const prediction = new Labels(engine, call.prediction, NOTHING);
  const target = new Labels(engine, call.target, exclusion);
  return { engine, prediction, target, exclusion, classes, step: STAGED_BYTES, raw: HEAP - 4 * STAGED_BYTES };
}

function countPosition(p: number, t: number, totals: Totals): void {
  if (p === t) totals[3 * p]++;
  totals[3 * p + 1]++;
  totals[3 * t + 2]++;
}

/** Throws, naming the first label that is no class: in the prediction if it has one. */
function refuse(call: LabelCall, classes: number): void {
  for (const name of ["prediction", "target"] as const) checkLabels(name, call, 0, call.target.length, classes, NOTHING);
}

/** What `countBytes` returns, of `length` positions from `start` on; if there are several pages, page by page of a step. */
export function countNarrowed(maps: NarrowedMaps, start: number, length: number): Totals {
  const { classes, step } = maps;
  const totals = zeros(3 * classes);
  const stretch = classes > PAGE ? step : length;
  for (let done = 0; done < length; done += stretch) {
    for (let first = 0; first < classes; first += PAGE) {
      const ofPage = Math.min(PAGE, classes - first);
      const n = Math.min(stretch, length - done);
      countMaps(narrowed(maps, start + done, first), n, countingOf(ofPage), ofPage, totals, first);
    }
  }
  return totals;
}

/** The maps as bytes of the page of classes from `first` on; positions left out hold LEFT_OUT. */
function narrowed(maps: NarrowedMaps, start: number, first: number): Maps {
  const { engine, prediction, target, exclusion, classes, step, raw } = maps;
  const { kernels, bytes } = engine;
  const labels = { prediction: prediction.array, target: target.array };
  const { mask, excludes } = exclusion;
  const [p, t] = [STAGE, STAGE + STAGED_BYTES];
  const most = classes - 1;
  const bring = (done: number, n: number): void => {
    const from = start + done;
    const pExceeds = prediction.narrow(from, n, p, raw, first, most);
    const tExceeds = target.narrow(from, n, t, raw, first, most);
    if (mask) {
      engine.copyBytesIn(mask, from, n, raw);
      kernels.leave_out(raw, 0, t, n);
    }
    if (excludes) kernels.leave_out(t, LEFT_OUT, p, n);
    if (pExceeds && prediction.mayExceed?.(p, n, most)) checkLabels("prediction", labels, from, n, classes, exclusion);
    if (tExceeds && target.mayExceed(t, n, most)) checkLabels("target", labels, from, n, classes, exclusion);
    const whole = turnsOf(n);
    bytes.fill(LEFT_OUT, p + n, p + whole);
    bytes.fill(LEFT_OUT, t + n, t + whole);
  };
  return { engine, step, p, t, bring };
}

/** Counts the totals of a sample into its rows; every position that is not left out has one class in the target. */
export function countRows(overlap: Overlap, sample: number, totals: Totals): void {
  const positions = sumOf(totals, 2);
  for (let c = 0; c < overlap.classes; c++) {
    const P = totals[3 * c + 1];
    const T = totals[3 * c + 2];
    overlap.count(sample * overlap.classes + c, totals[3 * c], P, T, P, T, positions); // 0 and 1 are their own squares
  }
}
