// Exact counts of two label maps, as an Overlap of one sample.
import { countBytes, type LabelCall, sumOf } from "./bytes.ts";
import { wrongValue } from "./check.ts";
import type { Address, Engine } from "./engine.ts";
import { areBytes, Labels, refuseLabel } from "./operands.ts";
import { Overlap } from "./overlap.ts";
import type { Leaving } from "./planes.ts";

/** The counts of every class: intersection, prediction and target are TP, TP + FP and TP + FN. */
export function countLabels(call: LabelCall, classes: number, leaving: Leaving): Overlap {
  const most = Math.floor((call.engine.heap - talliesOf(call.engine)) / 12);
  if (classes > most) wrongValue("classes", `at most ${most}`, classes);
  const overlap = new Overlap({ classes });
  overlap.take("product");
  const leaves = leaving.ignoreIndex !== undefined || leaving.mask !== undefined;
  const mostOfByte = Math.min(classes, 256) - 1;
  const bytes = areBytes(call.prediction, mostOfByte) && areBytes(call.target, mostOfByte);
  countRows(overlap, bytes && !leaves ? countBytes(call, classes) : countWidened(call, classes, leaving));
  return overlap;
}

/** What `countBytes` gives, of labels widened block by block, where positions may be left out. */
function countWidened(call: LabelCall, classes: number, leaving: Leaving): number[] {
  const { engine } = call;
  const { kernels, u32 } = engine;
  const { ignoreIndex, mask } = leaving;
  const [p, t, raw] = [blockAt(engine, 0), blockAt(engine, 1), blockAt(engine, 2)];
  const counters = talliesOf(engine) >> 2;
  const prediction = new Labels(engine, call.prediction, call.predictionResident, undefined);
  const target = new Labels(engine, call.target, call.targetResident, ignoreIndex);
  const totals = new Array<number>(3 * classes).fill(0);
  for (let start = 0; start < call.target.length; start += engine.block) {
    const n = Math.min(engine.block, call.target.length - start);
    if (prediction.widen(start, n, p, raw, classes - 1)) refuseLabel("prediction", call.prediction, start, classes, undefined);
    if (target.widen(start, n, t, raw, classes - 1)) refuseLabel("target", call.target, start, classes, ignoreIndex);
    if (mask) {
      engine.copyBytesIn(mask, start, n, raw);
      kernels.leave_out(raw, t, n);
    }
    u32.fill(0, counters, counters + 3 * classes);
    kernels.tally_i32(p, t, n, 4 * counters);
    for (let i = 0; i < 3 * classes; i++) totals[i] += u32[counters + i];
  }
  return totals;
}

/** The blocks of labels: prediction, target, and integers as they are; and behind them the tallies. */
function blockAt({ stage, block }: Engine, k: number): Address {
  return stage + 4 * (block + 4) * k;
}

function talliesOf(engine: Engine): Address {
  return blockAt(engine, 3);
}

/** Counts the totals into the rows; every position that is not left out is of one class of the target. */
function countRows(overlap: Overlap, totals: readonly number[]): void {
  const positions = sumOf(totals, 2);
  for (let c = 0; c < overlap.classes; c++) {
    const [I, P, T] = [totals[3 * c], totals[3 * c + 1], totals[3 * c + 2]];
    overlap.count(c, I, P, T, P, T, positions); // the squares of 0 and 1 are themselves
  }
}
