// Exact counts of two label maps, as an Overlap of one sample.
import { countBytes, countMaps, type LabelCall, type Maps, STAGED, sumOf, turnsOf, wayOf } from "./bytes.ts";
import { wrongValue } from "./check.ts";
import { HEAP, STAGE } from "./engine.ts";
import { areBytes, Labels, LEFT_OUT, PAGE, refuseLabel } from "./operands.ts";
import { Overlap } from "./overlap.ts";
import { type Totals, zeros } from "./rows.ts";
import type { Leaving } from "./sums.ts";

const MOST = 2 ** 16; // classes; each page of them takes a pass over the maps

/** The counts of every class: intersection, prediction and target are TP, TP + FP and TP + FN. */
export function countLabels(call: LabelCall, classes: number, leaving: Leaving): Overlap {
  if (classes > MOST) wrongValue("classes", `at most ${MOST}`, classes);
  const overlap = new Overlap({ classes });
  overlap.take("product");
  const mostOfByte = Math.min(classes, 256) - 1;
  const asTheyAre = !leaving.leaves && areBytes(call.prediction, mostOfByte) && areBytes(call.target, mostOfByte);
  countRows(overlap, asTheyAre ? countBytes(call, classes) : countNarrowed(call, classes, leaving));
  return overlap;
}

/** What `countBytes` returns, page by page: for labels that are not bytes, or positions that are left out. */
function countNarrowed(call: LabelCall, classes: number, leaving: Leaving): Totals {
  const { length } = call.target;
  const totals = zeros(3 * classes);
  for (let first = 0; first < classes; first += PAGE) {
    const ofPage = Math.min(PAGE, classes - first);
    countMaps(narrowed(call, classes, leaving, first), length, wayOf(ofPage), ofPage, totals, first);
  }
  return totals;
}

/** Label maps narrowed to bytes of the page of classes from `first` on; positions left out hold LEFT_OUT. */
function narrowed(call: LabelCall, classes: number, leaving: Leaving, first: number): Maps {
  const { engine } = call;
  const { kernels, bytes } = engine;
  const { ignoreIndex, mask, leaves } = leaving;
  const [p, t, raw] = [STAGE, STAGE + STAGED, HEAP - 4 * STAGED];
  const prediction = new Labels(engine, call.prediction, call.predictionResident, undefined);
  const target = new Labels(engine, call.target, call.targetResident, ignoreIndex);
  const bring = (from: number, n: number): void => {
    if (prediction.narrow(from, n, p, raw, first, classes - 1))
      refuseLabel("prediction", call.prediction, from, classes, undefined);
    if (target.narrow(from, n, t, raw, first, classes - 1)) refuseLabel("target", call.target, from, classes, ignoreIndex);
    if (mask) {
      engine.copyBytesIn(mask, from, n, raw);
      kernels.leave_out(raw, 0, t, n);
    }
    if (leaves) kernels.leave_out(t, LEFT_OUT, p, n);
    const whole = turnsOf(n);
    bytes.fill(LEFT_OUT, p + n, p + whole);
    bytes.fill(LEFT_OUT, t + n, t + whole);
  };
  return { engine, step: STAGED, p, t, bring };
}

/** Counts the totals into the rows; every position that is not left out has one class in the target. */
function countRows(overlap: Overlap, totals: Totals): void {
  const positions = sumOf(totals, 2);
  for (let c = 0; c < overlap.classes; c++) {
    const P = totals[3 * c + 1];
    const T = totals[3 * c + 2];
    overlap.count(c, totals[3 * c], P, T, P, T, positions); // 0 and 1 are their own squares
  }
}
