// Exact counts of two label maps, as an Overlap of one sample.
import { countBytes, type LabelCall } from "./bytes.ts";
import { kindOf, wrongValue } from "./check.ts";
import type { Address, Engine } from "./engine.ts";
import { Labels, refuseLabel } from "./operands.ts";
import { Overlap } from "./overlap.ts";
import type { Leaving } from "./planes.ts";

/** The counts of every class: intersection, prediction and target are TP, TP + FP and TP + FN. */
export function countLabels(call: LabelCall, classes: number, leaving: Leaving): Overlap {
  const most = Math.floor((call.engine.heap - talliesOf(call.engine)) / 12);
  if (classes > most) wrongValue("classes", `at most ${most}`, classes);
  const overlap = new Overlap({ classes });
  overlap.take("product");
  const leaves = leaving.ignoreIndex !== undefined || leaving.mask !== undefined;
  if (!leaves && areBytes(call, classes)) countRows(overlap, classes, call.prediction.length, countBytes(call, classes));
  else new Counting(call, classes, leaving).addTo(overlap);
  return overlap;
}

/** Whether both maps can be read as unsigned bytes: negative labels are 128 and more there, which must be no classes. */
function areBytes({ prediction, target }: LabelCall, classes: number): boolean {
  if (prediction.BYTES_PER_ELEMENT !== 1 || target.BYTES_PER_ELEMENT !== 1) return false;
  return classes <= 128 || ![prediction, target].some((labels) => kindOf(labels) === "Int8Array");
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
    const totals = new Array<number>(3 * classes).fill(0);
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
    engine.kernels.leave_out(raw, t, n);
  }
}

/** The blocks of labels: prediction, target, and integers as they are; and behind them the tallies. */
function blockAt({ stage, block }: Engine, k: number): Address {
  return stage + 4 * (block + 4) * k;
}

function talliesOf(engine: Engine): Address {
  return blockAt(engine, 3);
}

function countRows(overlap: Overlap, classes: number, positions: number, totals: readonly number[]): void {
  for (let c = 0; c < classes; c++) {
    const [I, P, T] = [totals[3 * c], totals[3 * c + 1], totals[3 * c + 2]];
    overlap.count(c, I, P, T, P, T, positions); // the squares of 0 and 1 are themselves
  }
}
