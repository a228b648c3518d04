// Exact counts of two label maps, as an Overlap of one sample.
import type { IntegerArray } from "./arrays.ts";
import { wrongValue } from "./check.ts";
import type { Address, Engine } from "./engine.ts";
import { Labels, refuseLabel } from "./operands.ts";
import { Overlap } from "./overlap.ts";
import type { Call } from "./passes.ts";
import type { Leaving } from "./planes.ts";

/** Two label maps, and where they lie. */
type LabelCall = Call<IntegerArray, IntegerArray>;

const FEW = 8; // up to so many classes a pass for each is faster than one pass that tallies all
const STRETCH = 2 ** 28; // positions counted in place before the u32 counts are emptied
const STAGED = 2 ** 14; // bytes of each map that are staged at once

/** The counts of every class: intersection, prediction and target are TP, TP + FP and TP + FN. */
export function countLabels(call: LabelCall, classes: number, leaving: Leaving): Overlap {
  const most = Math.floor((call.engine.heap - talliesOf(call.engine)) / 12);
  if (classes > most) wrongValue("classes", `at most ${most}`, classes);
  const overlap = new Overlap({ classes });
  overlap.take("product");
  const bytes = call.prediction.BYTES_PER_ELEMENT === 1 && call.target.BYTES_PER_ELEMENT === 1;
  const leaves = leaving.ignoreIndex !== undefined || leaving.mask !== undefined;
  if (bytes && !leaves && classes <= FEW) countBytes(call, classes, overlap);
  else new Counting(call, classes, leaving).addTo(overlap);
  return overlap;
}

function countBytes(call: LabelCall, classes: number, overlap: Overlap): void {
  const { engine, prediction, target, predictionResident, targetResident } = call;
  const ofPrediction = new Labels(engine, prediction, predictionResident, undefined);
  const ofTarget = new Labels(engine, target, targetResident, undefined);
  const out = engine.sumsOut;
  const step = predictionResident && targetResident ? STRETCH : STAGED;
  const totals = new Float64Array(3 * classes);
  for (let start = 0; start < prediction.length; start += step) {
    const n = Math.min(step, prediction.length - start);
    const p = ofPrediction.at(start, n, engine.stage);
    const t = ofTarget.at(start, n, engine.stage + STAGED);
    for (let label = 0; label < classes; label++) {
      engine.u32.fill(0, out >> 2, (out >> 2) + 12);
      engine.kernels.count_u8(p, t, n, label, out);
      for (let k = 0; k < 12; k++) totals[3 * label + (k >> 2)] += engine.u32[(out >> 2) + k];
    }
  }
  const sum = (k: number): number => totals.reduce((total, value, i) => (i % 3 === k ? total + value : total), 0);
  // every position has one label: where the classes do not make up the whole, another label was there
  if (sum(1) !== prediction.length) refuseLabel("prediction", prediction, 0, classes, undefined);
  if (sum(2) !== target.length) refuseLabel("target", target, 0, classes, undefined);
  countRows(overlap, classes, prediction.length, totals);
}

/** Counting of labels widened block by block, where positions may be left out. */
class Counting {
  private readonly call: LabelCall;
  private readonly classes: number;
  private readonly leaving: Leaving;
  private readonly prediction: Labels;
  private readonly target: Labels;

  constructor(call: LabelCall, classes: number, leaving: Leaving) {
    const { engine } = call;
    this.call = call;
    this.classes = classes;
    this.leaving = leaving;
    this.prediction = new Labels(engine, call.prediction, call.predictionResident, undefined);
    this.target = new Labels(engine, call.target, call.targetResident, leaving.ignoreIndex);
  }

  addTo(overlap: Overlap): void {
    const { engine, prediction } = this.call;
    const { classes } = this;
    const tallies = talliesOf(engine);
    const totals = new Float64Array(3 * classes);
    let leftOut = 0;
    for (let start = 0; start < prediction.length; start += engine.block) {
      const n = Math.min(engine.block, prediction.length - start);
      this.load(start, n);
      engine.u32.fill(0, tallies >> 2, (tallies >> 2) + 3 * classes);
      engine.kernels.tally_i32(blockAt(engine, 0), blockAt(engine, 1), n, tallies);
      let counted = 0;
      for (let i = 0; i < 3 * classes; i++) totals[i] += engine.u32[(tallies >> 2) + i];
      for (let c = 0; c < classes; c++) counted += engine.u32[(tallies >> 2) + 3 * c + 2];
      leftOut += n - counted;
    }
    countRows(overlap, classes, prediction.length - leftOut, totals);
  }

  private load(start: number, n: number): void {
    const { engine, prediction, target } = this.call;
    const { ignoreIndex, mask } = this.leaving;
    const [p, t, raw] = [0, 1, 2].map((k) => blockAt(engine, k));
    const { classes } = this;
    if (this.prediction.widen(start, n, p, raw, classes - 1)) refuseLabel("prediction", prediction, start, classes, undefined);
    if (this.target.widen(start, n, t, raw, classes - 1)) refuseLabel("target", target, start, classes, ignoreIndex);
    if (!mask) return;
    engine.copyBytesIn(mask, start, n, raw);
    engine.kernels.leave_out_u8(raw, t, n);
  }
}

/** The blocks of labels: prediction, target, and integers as they are; and behind them the tallies. */
function blockAt({ stage, block }: Engine, k: number): Address {
  return stage + 4 * (block + 4) * k;
}

function talliesOf(engine: Engine): Address {
  return blockAt(engine, 3);
}

function countRows(overlap: Overlap, classes: number, positions: number, totals: Float64Array): void {
  for (let c = 0; c < classes; c++) {
    overlap.countHard(c, totals[3 * c], totals[3 * c + 1], totals[3 * c + 2], positions);
  }
}
