// The same two passes where the classes of a position must be seen together: label maps, softmax, channels-last, and
// positions that are left out. A block of positions is held as one plane for each class.
import { wrongValue } from "./check.ts";
import type { Address, Engine } from "./engine.ts";
import type { Geometry } from "./geometry.ts";
import { type Floats, floatsOf, Labels, refuseLabel, refuseMask, targetOf } from "./operands.ts";
import type { Overlap } from "./overlap.ts";
import type { Call, Pass, Slopes } from "./passes.ts";
import { addSums, clearSums, countSums, type Taking } from "./sums.ts";

/** What leaves positions out. */
export interface Leaving {
  readonly ignoreIndex: number | undefined;
  /** One byte for each position; 0 leaves it out. */
  readonly mask: Uint8Array | Uint8ClampedArray | undefined;
}

export class JointPass implements Pass {
  private readonly engine: Engine;
  private readonly geometry: Geometry;
  private readonly taking: Taking;
  private readonly leaving: Leaving;
  private readonly leaves: boolean;
  private readonly prediction: Floats;
  private readonly target: Floats | Labels;
  /** Elements of a block, and so of a plane. It depends on the number of classes alone, and so do the bits. */
  private readonly block: number;
  /** Whether labels can be read as the bytes they are; and where those of the block are. */
  private readonly bytes: boolean;
  private labelBytes: Address = 0;
  /** Where each class's probabilities of the block are: in its plane, or in place. */
  private readonly p: Address[] = [];

  constructor(call: Call, geometry: Geometry, taking: Taking, leaving: Leaving) {
    const { engine, prediction, target } = call;
    this.engine = engine;
    this.geometry = geometry;
    this.taking = taking;
    this.leaving = leaving;
    this.leaves = leaving.ignoreIndex !== undefined || leaving.mask !== undefined;
    this.prediction = floatsOf(engine, "prediction", prediction, call.predictionResident);
    this.target = targetOf(engine, target, call.targetResident, leaving.ignoreIndex);
    this.bytes = !this.leaves && this.target instanceof Labels && this.target.array.BYTES_PER_ELEMENT === 1;
    this.block = blockOf(engine, geometry.classes);
  }

  addTo(overlap: Overlap): void {
    const { engine, taking } = this;
    const { classes } = this.geometry;
    this.eachBlock((sample, start, n) => {
      this.load(sample, start, n);
      const kept = n - this.countLeftOut(n);
      for (let c = 0; c < classes; c++) {
        const t = this.targetAt(sample, c, start, n);
        clearSums(engine);
        addSums(engine, taking, this.p[c], t, n);
        countSums(engine, taking, overlap, sample * classes + c);
        overlap.count(sample * classes + c, "positions", kept);
      }
    });
  }

  writeGradient(gradient: Float32Array, _inPlace: boolean, slopesOf: (row: number) => Slopes): void {
    const { classes } = this.geometry;
    this.eachBlock((sample, start, n) => {
      this.load(sample, start, n);
      for (let c = 0; c < classes; c++) {
        this.gradientByProbability(c, this.targetAt(sample, c, start, n), n, slopesOf(sample * classes + c));
      }
      this.chain(n);
      this.copyOut(gradient, sample, start, n);
    });
  }

  private gradientByProbability(c: number, t: Address, n: number, slopes: Slopes): void {
    const { kernels } = this.engine;
    const [p, g] = [this.p[c], this.plane("gradient", c)];
    let h = t;
    if (this.taking.intersection === "minimum") {
      h = this.plane("spare");
      kernels.slope_minimum_f32(p, t, h, n);
    }
    kernels.gradient_f32(h, p, g, n, slopes.byIntersection, slopes.bySquares, slopes.bySize);
    if (this.leaves) kernels.except_f32(this.plane("labels"), g, g, n);
  }

  /** From the gradient by probabilities to that by logits. */
  private chain(n: number): void {
    const { kernels } = this.engine;
    const { classes } = this.geometry;
    const g = this.plane("gradient");
    if (this.taking.activation === "softmax") kernels.chain_softmax_f32(this.p[0], g, 4 * this.block, classes, n);
    if (this.taking.activation === "sigmoid") {
      for (let c = 0; c < classes; c++) kernels.chain_sigmoid_f32(this.p[c], this.plane("gradient", c), n);
    }
  }

  private copyOut(gradient: Float32Array, sample: number, start: number, n: number): void {
    const { f32, kernels } = this.engine;
    const { classes, positions, last } = this.geometry;
    const copy = (from: Address, count: number, to: number) => gradient.set(f32.subarray(from >> 2, (from >> 2) + count), to);
    if (last) {
      const joined = this.plane("prediction");
      kernels.join_f32(this.plane("gradient"), 4 * this.block, classes, n, joined);
      copy(joined, n * classes, (sample * positions + start) * classes);
    } else {
      for (let c = 0; c < classes; c++) copy(this.plane("gradient", c), n, (sample * classes + c) * positions + start);
    }
  }

  private eachBlock(visit: (sample: number, start: number, n: number) => void): void {
    const { samples, positions } = this.geometry;
    for (let sample = 0; sample < samples; sample++) {
      for (let start = 0; start < positions; start += this.block) visit(sample, start, Math.min(this.block, positions - start));
    }
  }

  /** Brings a block in: labels, probabilities, and channels-last targets. */
  private load(sample: number, start: number, n: number): void {
    this.loadLabels(sample, start, n);
    this.loadPrediction(sample, start, n);
    if (this.geometry.last && !(this.target instanceof Labels)) this.split(this.target, sample, start, n, this.plane("target"));
  }

  private loadLabels(sample: number, start: number, n: number): void {
    const { engine, geometry, target } = this;
    const { mask } = this.leaving;
    const from = sample * geometry.positions + start;
    const [labels, raw] = [this.plane("labels"), this.plane("raw")];
    if (target instanceof Labels) {
      if (this.bytes) this.labelBytes = target.at(from, n, raw);
      else this.checkLabels(target, from, target.widen(from, n, labels, raw));
    } else if (mask) engine.f32.fill(0, labels >> 2, (labels >> 2) + n);
    if (mask) {
      engine.copyBytesIn(mask, from, n, raw);
      engine.kernels.leave_out_u8(raw, labels, n);
    }
  }

  private checkLabels({ array }: Labels, from: number, most: number): void {
    const { classes } = this.geometry;
    const { ignoreIndex } = this.leaving;
    if (most > 1 && classes === 1) refuseMask(array, from, ignoreIndex);
    if (most >= classes && classes > 1) refuseLabel("target", array, from, classes, ignoreIndex);
  }

  private loadPrediction(sample: number, start: number, n: number): void {
    const { geometry, p } = this;
    const { classes, positions, last } = geometry;
    if (last) this.split(this.prediction, sample, start, n, this.plane("prediction"));
    for (let c = 0; c < classes; c++) {
      const plane = this.plane("prediction", c);
      p[c] = last ? plane : this.prediction.at((sample * classes + c) * positions + start, n, plane);
    }
    this.activate(n);
    if (this.taking.argmax) this.chooseLargest(n);
    for (let c = 0; c < classes; c++) this.harden(c, n);
  }

  private activate(n: number): void {
    const { geometry, p } = this;
    const { kernels } = this.engine;
    const { classes } = geometry;
    const { activation } = this.taking;
    if (activation === "none") return;
    const planes = this.plane("prediction");
    if (activation === "softmax") kernels.softmax_f32(p[0], classes > 1 ? p[1] - p[0] : 0, planes, 4 * this.block, classes, n);
    for (let c = 0; c < classes; c++) {
      const plane = this.plane("prediction", c);
      if (activation === "sigmoid") kernels.sigmoid_f32(p[c], plane, n);
      p[c] = plane;
    }
  }

  private chooseLargest(n: number): void {
    const { p } = this;
    const { kernels } = this.engine;
    const { classes } = this.geometry;
    const chosen = this.plane("spare");
    kernels.argmax_f32(p[0], p[1] - p[0], classes, n, chosen);
    for (let c = 0; c < classes; c++) {
      p[c] = this.plane("prediction", c);
      kernels.one_hot_i32(chosen, c, p[c], n);
    }
  }

  /** Makes a class's probabilities hard, and takes out what is left out. */
  private harden(c: number, n: number): void {
    const { p } = this;
    const { kernels } = this.engine;
    const { threshold } = this.taking;
    const plane = this.plane("prediction", c);
    if (threshold !== undefined) {
      kernels.threshold_f32(p[c], plane, n, threshold);
      p[c] = plane;
    }
    if (this.leaves) {
      kernels.except_f32(this.plane("labels"), p[c], plane, n);
      p[c] = plane;
    }
  }

  private targetAt(sample: number, c: number, start: number, n: number): Address {
    const { target, geometry } = this;
    const { kernels } = this.engine;
    const { classes, positions, last } = geometry;
    const labels = this.plane("labels");
    const plane = this.plane("target", c);
    if (target instanceof Labels) {
      const label = classes === 1 ? 1 : c;
      if (!this.bytes) kernels.one_hot_i32(labels, label, plane, n);
      else this.checkLabels(target, sample * positions + start, kernels.one_hot_u8(this.labelBytes, label, plane, n));
      return plane;
    }
    const t = last ? plane : target.at((sample * classes + c) * positions + start, n, plane);
    if (!this.leaves) return t;
    kernels.except_f32(labels, t, plane, n);
    return plane;
  }

  private split(floats: Floats, sample: number, start: number, n: number, planes: Address): void {
    const { classes, positions } = this.geometry;
    const { engine } = this;
    const staged = this.plane("gradient");
    const count = n * classes;
    let source = floats.at((sample * positions + start) * classes, count, staged);
    if (source !== staged && n % 4 !== 0) {
      // in place, the rows that round n up could lie beyond the memory
      engine.f32.copyWithin(staged / 4, source / 4, source / 4 + count);
      source = staged;
    }
    engine.kernels.split_f32(source, classes, n, planes, 4 * this.block);
  }

  private countLeftOut(n: number): number {
    if (!this.leaves) return 0;
    const { engine } = this;
    const spare = this.plane("spare");
    engine.kernels.one_hot_i32(this.plane("labels"), -1, spare, n);
    clearSums(engine);
    engine.kernels.sums_f32(spare, spare, n, engine.sumsOut);
    return engine.f64[engine.sumsOut >> 3] + engine.f64[(engine.sumsOut >> 3) + 1];
  }

  private plane(name: keyof typeof PLANES, c = 0): Address {
    const [ofClasses, more] = PLANES[name];
    return this.engine.stage + 4 * this.block * (ofClasses * this.geometry.classes + more + c);
  }
}

/** Where planes lie: behind so many planes for each class, and so many more. "gradient" also takes what is to be split. */
const PLANES = {
  prediction: [0, 0],
  target: [1, 0],
  gradient: [2, 0],
  labels: [3, 0],
  raw: [3, 1],
  spare: [3, 2],
} as const;

function blockOf(engine: Engine, classes: number): number {
  const planes = 3 * classes + 4; // one more than there are: joining reads, and splitting reads and writes, a little beyond
  const room = (engine.heap - engine.stage) / 4;
  const block = Math.min(engine.block, 4 * Math.floor(room / planes / 4));
  if (block === 0) wrongValue("shape", `at most ${Math.floor((room / 4 - 4) / 3)} classes`, `${classes}`);
  return block;
}
